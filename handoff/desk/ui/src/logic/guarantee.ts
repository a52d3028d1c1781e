/** The guarantee page's numbers, as words. */
import { t, type Word } from "./words";

/** "97.5 %" with what it is a share of, or that there is no basis. */
export function shareOf(share: number | null, language: string, none: Word = "guarantee.no_basis"): string {
  if (share === null) return t(none);
  return `${new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(share)} %`;
}

/** The query with its values in their places, so that it can be run as it stands. */
export function runnable(query: string, parameters: Readonly<Record<string, string>>): string {
  return query.replace(/:(\w+)/g, (whole, name: string) => {
    const value = parameters[name];
    return value === undefined ? whole : `'${value.replaceAll("'", "''")}'`;
  });
}
