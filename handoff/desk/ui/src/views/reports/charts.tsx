import type { JSX, RefObject } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { labelled, roundUp, stacked, type Series } from "../../logic/reports";

const HEIGHT = 190;
const LEFT = 44;
const BOTTOM = 22;
const TOP = 8;
const LABEL = 62;

export interface ChartProps {
  /** What a reader who does not see the chart is told; the table beside it has every number. */
  label: string;
  keys: readonly string[];
  series: readonly Series[];
  /** A tick of the axis in words, such as "3 min". */
  said: (value: number) => string;
  highest?: number;
  /** A line that is to be reached. */
  wanted?: number;
}

function useWidth(): [RefObject<HTMLElement>, number] {
  const box = useRef<HTMLElement>(null);
  const [width, setWidth] = useState(560);
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const look = (): void => setWidth(Math.max(220, Math.floor(element.clientWidth)));
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [box, width];
}

interface Frame {
  width: number;
  highest: number;
  x: (at: number) => number;
  y: (value: number) => number;
  step: number;
}

function frameOf(width: number, count: number, highest: number): Frame {
  const step = (width - LEFT - 8) / Math.max(1, count);
  const y = (value: number): number => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / highest);
  return { width, highest, step, x: (at) => LEFT + step * (at + 0.5), y };
}

/** Stacked columns, one a key. */
export function Columns(props: ChartProps): JSX.Element {
  const [box, width] = useWidth();
  const hatch = useId().replace(/\W/g, "");
  const sums = props.keys.map((_, at) => stacked(props.series, at).at(-1)?.to ?? 0);
  const frame = frameOf(width, props.keys.length, props.highest ?? roundUp(Math.max(...sums, 0)));
  const wide = Math.max(1, Math.min(44, frame.step * 0.72));
  return (
    <figure class="chart" ref={box}>
      <svg role="img" aria-label={props.label} width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`}>
        <defs>
          <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width="6" height="6" class="fill-bad" />
            <rect width="2" height="6" class="fill-paper" />
          </pattern>
        </defs>
        <Axis frame={frame} props={props} />
        {props.keys.map((key, at) =>
          stacked(props.series, at)
            .filter((part) => part.to > part.from)
            .map((part) => (
              <rect
                key={`${key} ${part.name}`}
                class={part.look === "bad" ? undefined : `fill-${part.look}`}
                fill={part.look === "bad" ? `url(#${hatch})` : undefined}
                x={frame.x(at) - wide / 2}
                y={frame.y(part.to)}
                width={wide}
                height={Math.max(0, frame.y(part.from) - frame.y(part.to))}
              />
            )),
        )}
      </svg>
      <Legend series={props.series} />
    </figure>
  );
}

/** Lines over days; without an order of the keys, dots alone. */
export function Lines(props: ChartProps & { joined: boolean }): JSX.Element {
  const [box, width] = useWidth();
  const all = props.series.flatMap((each) => each.values.map((value) => value ?? 0));
  const frame = frameOf(width, props.keys.length, props.highest ?? roundUp(Math.max(...all, 0)));
  return (
    <figure class="chart" ref={box}>
      <svg role="img" aria-label={props.label} width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`}>
        <Axis frame={frame} props={props} />
        {props.wanted !== undefined && (
          <line class="wanted" x1={LEFT} x2={width - 8} y1={frame.y(props.wanted)} y2={frame.y(props.wanted)} />
        )}
        {props.series.map((each) => (
          <g key={each.name} class={`line-${each.look}`}>
            {props.joined && <path d={path(each, frame)} />}
            {each.values.map((value, at) => value !== null && <Dot key={at} look={each.look} x={frame.x(at)} y={frame.y(value)} />)}
          </g>
        ))}
      </svg>
      {props.series.length > 1 && <Legend series={props.series} lines />}
    </figure>
  );
}

function Dot({ look, x, y }: { look: Series["look"]; x: number; y: number }): JSX.Element {
  return look === "bad" ? <rect x={x - 3} y={y - 3} width="6" height="6" /> : <circle cx={x} cy={y} r="3" />;
}

/** A day without a number parts the line. */
function path(series: Series, frame: Frame): string {
  let open = false;
  return series.values
    .map((value, at) => {
      if (value === null) {
        open = false;
        return "";
      }
      const step = `${open ? "L" : "M"}${frame.x(at).toFixed(1)} ${frame.y(value).toFixed(1)}`;
      open = true;
      return step;
    })
    .join("");
}

function Axis({ frame, props }: { frame: Frame; props: ChartProps }): JSX.Element {
  const shown = labelled(props.keys.length, Math.max(2, Math.floor((frame.width - LEFT) / LABEL)));
  return (
    <g class="axis" aria-hidden="true">
      {[0, frame.highest / 2, frame.highest].map((value) => (
        <g key={value}>
          <line x1={LEFT} x2={frame.width - 8} y1={frame.y(value)} y2={frame.y(value)} />
          <text x={LEFT - 6} y={frame.y(value) + 4} text-anchor="end">
            {props.said(value)}
          </text>
        </g>
      ))}
      {props.keys.map(
        (key, at) =>
          shown.has(at) && (
            <text key={key} x={Math.min(frame.width - 20, Math.max(LEFT + 14, frame.x(at)))} y={HEIGHT - 5} text-anchor="middle">
              {key}
            </text>
          ),
      )}
    </g>
  );
}

function Legend({ series, lines = false }: { series: readonly Series[]; lines?: boolean }): JSX.Element {
  return (
    <figcaption class="legend">
      {series.map((each) => (
        <span key={each.name}>
          <i class={`${lines ? "legend-dot" : "legend-mark"} look-${each.look}`} /> {each.name}
        </span>
      ))}
    </figcaption>
  );
}

/** Horizontal bars with their words, for things that have no order in time. */
export function Bars({ label, bars, highest }: { label: string; bars: readonly { name: string; value: number; said: string }[]; highest?: number }): JSX.Element {
  const [box, width] = useWidth();
  const most = highest ?? roundUp(Math.max(...bars.map((bar) => bar.value), 0));
  const row = 40;
  const height = bars.length * row + 4;
  return (
    <figure class="chart" ref={box}>
      <svg role="img" aria-label={label} width={width} height={height} viewBox={`0 0 ${width} ${height}`}>
        {bars.map((bar, at) => (
          <g key={bar.name} aria-hidden="true">
            <text class="bar-name" x="0" y={at * row + 14}>
              {bar.name}
            </text>
            <text class="bar-name" x={width} y={at * row + 14} text-anchor="end">
              {bar.said}
            </text>
            <rect class="fill-faint" x="0" y={at * row + 20} width={width} height="10" rx="3" />
            <rect class="fill-good" x="0" y={at * row + 20} width={(width * bar.value) / most} height="10" rx="3" />
          </g>
        ))}
      </svg>
    </figure>
  );
}
