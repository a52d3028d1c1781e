import type { ComponentChildren, JSX } from "preact";
import { reports } from "../../api-reports";
import { keyName } from "../../logic/reports";
import { language, named } from "../../logic/words";
import { useRead } from "../../parts/reading";
import type { Asked, Keyed, Name } from "../../types-reports";
import { r, type ReportWord } from "../../words/reports";

/** One report, read anew whenever the range or a filter changes. */
export function useReport<T>(name: Name, asked: Asked): { found: T | null; trouble: string | null } {
  return useRead(() => reports.read<T>(name, asked), Object.values(asked));
}

interface CardProps {
  name: Name;
  asked: Asked;
  trouble: string | null;
  ready: boolean;
  big?: string;
  basis?: string | undefined;
  more?: ComponentChildren;
  chart: ComponentChildren;
  table: ComponentChildren;
}

/** The number and what it rests on, the chart with its table beside it, and how it is counted. */
export function Card({ name, asked, trouble, ready, big, basis, more, chart, table }: CardProps): JSX.Element {
  const title = r(`${name}.title`);
  return (
    <section class="report-card" aria-label={title} aria-busy={!ready && !trouble}>
      <header>
        <h2>{title}</h2>
        <a class="export" href={reports.csv(name, asked)} download aria-label={r("csv_label", { title })}>
          {r("csv")}
        </a>
      </header>
      {trouble && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      {!ready && !trouble && <p class="quiet">{r("loading")}</p>}
      {ready && (
        <>
          {big && (
            <p class="figure">
              <strong>{big}</strong> {r(`${name}.big`)} <span class="quiet">{basis}</span>
            </p>
          )}
          {more}
          <div class="with-table">
            <div>{chart}</div>
            {table}
          </div>
        </>
      )}
      <details>
        <summary>{r("how")}</summary>
        <p class="small">{r(`${name}.how`)}</p>
      </details>
    </section>
  );
}

export interface Column<Row> {
  word: ReportWord;
  of: (row: Row) => string;
}

interface TableProps<Row extends Keyed> {
  name: Name;
  asked: Asked;
  rows: readonly Row[];
  total?: readonly Row[];
  columns: readonly Column<Row>[];
  head?: (row: Row) => string;
}

/** Every number of the chart. It scrolls by itself, by keyboard too. */
export function Table<Row extends Keyed>({ name, asked, rows, total = [], columns, head }: TableProps<Row>): JSX.Element {
  const by = (row: Row): string => (row.key === "" ? r("total") : keyName(asked.by, row.key, language.value, named));
  const first = (row: Row): string => (head ? `${by(row)} · ${head(row)}` : by(row));
  return (
    <div class="report-table" role="region" tabIndex={0} aria-label={r("table", { title: r(`${name}.title`) })}>
      <table>
        <thead>
          <tr>
            <th scope="col">{r(`by.${asked.by}`)}</th>
            {columns.map((column) => (
              <th scope="col" class="n" key={column.word}>
                {r(column.word)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[...total, ...rows].map((row) => (
            <tr key={first(row)} class={row.key === "" ? "total" : undefined}>
              <th scope="row">{first(row)}</th>
              {columns.map((column) => (
                <td class="n" key={column.word}>
                  {column.of(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A wait of so many seconds as people say it. */
export function waited(seconds: number | null): string {
  if (seconds === null) return "–";
  if (seconds < 60) return r("seconds", { n: Math.round(seconds) });
  if (seconds < 3600) return r("minutes", { n: Math.floor(seconds / 60), s: Math.round(seconds % 60) });
  return r("hours", { n: Math.floor(seconds / 3600), m: Math.floor((seconds % 3600) / 60) });
}

export function keys(asked: Asked, rows: readonly Keyed[]): string[] {
  return rows.map((row) => keyName(asked.by, row.key, language.value, named));
}
