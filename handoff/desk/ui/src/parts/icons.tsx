import type { JSX } from "preact";

const PATHS = {
  queue: "M4 6h16M4 12h16M4 18h10",
  phone:
    "M6.5 4h3l1.5 4-2 1.5a11 11 0 0 0 5.5 5.5l1.5-2 4 1.5v3a2 2 0 0 1-2.2 2A16 16 0 0 1 4.5 6.2 2 2 0 0 1 6.5 4z",
  bell: "M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15zM10 20.5h4",
  shield: "M12 3l8 3v6c0 4.5-3.3 7.7-8 9-4.7-1.3-8-4.5-8-9V6zM8.5 12l2.5 2.5 4.5-5",
  book: "M5 4h5.5a2 2 0 0 1 1.5.7 2 2 0 0 1 1.5-.7H19v14h-5.5a2 2 0 0 0-1.5.9 2 2 0 0 0-1.5-.9H5zM12 5v13",
  gear:
    "M12 9a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.2 2.2M16.2 16.2l2.2 2.2M18.4 5.6l-2.2 2.2M7.8 16.2l-2.2 2.2",
  board: "M4 5h7v8H4zM13 5h7v4h-7zM13 11h7v8h-7zM4 15h7v4H4z",
  chart: "M4 4v16h16M8 16v-4M12.5 16V8M17 16v-6",
  plus: "M12 5v14M5 12h14",
  keys: "M3 7h18v10H3zM7 11h.01M11 11h.01M15 11h.01M8 14h8",
  back: "M15 5l-7 7 7 7",
  details: "M4 5h16v14H4zM14 5v14",
  close: "M6 6l12 12M18 6L6 18",
  send: "M5 12h13M12 5l7 7-7 7",
  source: "M6 4h9l3 3v13H6zM9 10h6M9 14h6",
  check: "M5 12l5 5 9-10",
  search: "M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM15.5 15.5L20 20",
  filter: "M4 6h16M7 12h10M10 18h4",
  copy: "M9 9h11v11H9zM5 15V4h11",
  alert: "M12 4l9 16H3zM12 10v4M12 17h.01",
  calm: "M8 13.5c1 1.2 2.4 1.8 4 1.8s3-.6 4-1.8M9 9.5h.01M15 9.5h.01M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18z",
} as const;

export function Icon({ name }: { name: keyof typeof PATHS }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
