import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { go } from "../../desk";
import { clockOf, minutesUp, percent, plain, type Series } from "../../logic/reports";
import { language, reasonOf } from "../../logic/words";
import type { Answers, Asked, Gaps, Parted, Promises, Ratings, Reasons, Report, Returns, Suggestions, Waits } from "../../types-reports";
import { r, type ReportWord } from "../../words/reports";
import { Card, keys, Table, useReport, waited } from "./card";
import { Bars, Columns, Lines } from "./charts";

interface Props {
  asked: Asked;
}

const share = (value: number | null): string => percent(value, language.value);
const count = (value: number): string => plain(value, language.value);
const path = (code: string): string => r(`path.${code}` as ReportWord);
const said = share;

function none(of: number): JSX.Element | null {
  return of === 0 ? <p class="quiet">{r("nothing")}</p> : null;
}

/** `Σ` over the rows of one series. */
function series<Row>(rows: readonly Row[], name: string, look: Series["look"], of: (row: Row) => number | null): Series {
  return { name, look, values: rows.map(of) };
}

export function AnswersCard({ asked, onZone }: Props & { onZone: (zone: string) => void }): JSX.Element {
  const { found, trouble } = useReport<Report<Answers>>("answers", asked);
  useEffect(() => {
    if (found) onZone(found.time_zone);
  }, [found]);
  const total = found?.total;
  const rows = found?.rows ?? [];
  const parts = [
    series(rows, r("answers.confirmed"), "good", (row) => row.confirmed),
    series(rows, r("answers.quiet"), "calm", (row) => row.quiet),
    series(rows, r("answers.unsolved"), "bad", (row) => row.unsolved),
    series(rows, r("answers.too_early"), "faint", (row) => row.too_early),
  ];
  return (
    <Card
      name="answers"
      asked={asked}
      trouble={trouble}
      ready={found !== null}
      big={share(total?.share ?? null)}
      basis={total && r("answers.basis", { n: total.confirmed, all: total.answered - total.too_early })}
      chart={none(total?.answered ?? 0) ?? <Columns label={r("answers.title")} keys={keys(asked, rows)} series={parts} said={count} />}
      table={
        <Table
          name="answers"
          asked={asked}
          rows={rows}
          total={total ? [total] : []}
          columns={[
            { word: "answers.answered", of: (row) => count(row.answered) },
            { word: "answers.confirmed", of: (row) => count(row.confirmed) },
            { word: "answers.quiet", of: (row) => count(row.quiet) },
            { word: "answers.unsolved", of: (row) => count(row.unsolved) },
            { word: "answers.too_early", of: (row) => count(row.too_early) },
            { word: "answers.share", of: (row) => share(row.share) },
          ]}
        />
      }
    />
  );
}

export function RatingsCard({ asked }: Props): JSX.Element {
  const { found, trouble } = useReport<Parted<Ratings>>("ratings", asked);
  const total = found?.total ?? [];
  const all = total.reduce((sum, row) => sum + row.ratings, 0);
  const stars = total.reduce((sum, row) => sum + row.average * row.ratings, 0);
  return (
    <Card
      name="ratings"
      asked={asked}
      trouble={trouble}
      ready={found !== null}
      big={all > 0 ? count(stars / all) : "–"}
      basis={r("ratings.basis", { n: all })}
      chart={
        none(all) ?? (
          <Bars label={r("ratings.title")} highest={5} bars={total.map((row) => ({ name: path(row.path), value: row.average, said: count(row.average) }))} />
        )
      }
      table={
        <Table
          name="ratings"
          asked={asked}
          rows={found?.rows ?? []}
          total={total}
          head={(row) => path(row.path)}
          columns={[
            { word: "ratings.ratings", of: (row) => count(row.ratings) },
            { word: "ratings.happy", of: (row) => count(row.happy) },
            { word: "ratings.average", of: (row) => count(row.average) },
          ]}
        />
      }
    />
  );
}

export function ReturnsCard({ asked }: Props): JSX.Element {
  const { found, trouble } = useReport<Parted<Returns>>("returns", asked);
  const total = found?.total ?? [];
  const all = total.reduce((sum, row) => sum + row.contacts, 0);
  const back = total.reduce((sum, row) => sum + row.back, 0);
  return (
    <Card
      name="returns"
      asked={asked}
      trouble={trouble}
      ready={found !== null}
      big={share(all > 0 ? (100 * back) / all : null)}
      basis={r("returns.basis", { n: back, all })}
      chart={
        none(all) ?? (
          <Bars
            label={r("returns.title")}
            highest={100}
            bars={total.map((row) => ({ name: path(row.path), value: row.share ?? 0, said: share(row.share) }))}
          />
        )
      }
      table={
        <Table
          name="returns"
          asked={asked}
          rows={found?.rows ?? []}
          total={total}
          head={(row) => path(row.path)}
          columns={[
            { word: "returns.contacts", of: (row) => count(row.contacts) },
            { word: "returns.back", of: (row) => count(row.back) },
            { word: "returns.too_early", of: (row) => count(row.too_early) },
            { word: "returns.share", of: (row) => share(row.share) },
          ]}
        />
      }
    />
  );
}

export function PromisesCard({ asked }: Props): JSX.Element {
  const { found, trouble } = useReport<Report<Promises>>("promises", asked);
  const total = found?.total;
  const rows = found?.rows ?? [];
  const parts = [
    series(rows, r("promises.kept"), "good", (row) => row.kept),
    series(rows, r("promises.open"), "calm", (row) => row.open),
    series(rows, r("promises.missed"), "bad", (row) => row.missed),
    series(rows, r("promises.withdrawn"), "faint", (row) => row.withdrawn + row.unreachable),
  ];
  return (
    <Card
      name="promises"
      asked={asked}
      trouble={trouble}
      ready={found !== null}
      big={share(total?.share ?? null)}
      basis={total && r("promises.basis", { n: total.kept, all: total.kept + total.missed })}
      chart={none(total?.made ?? 0) ?? <Columns label={r("promises.title")} keys={keys(asked, rows)} series={parts} said={count} />}
      table={
        <Table
          name="promises"
          asked={asked}
          rows={rows}
          total={total ? [total] : []}
          columns={[
            { word: "promises.made", of: (row) => count(row.made) },
            { word: "promises.kept", of: (row) => count(row.kept) },
            { word: "promises.missed", of: (row) => count(row.missed) },
            { word: "promises.kept_late", of: (row) => count(row.kept_late) },
            { word: "promises.open", of: (row) => count(row.open) },
            { word: "promises.unreachable", of: (row) => count(row.unreachable) },
            { word: "promises.withdrawn", of: (row) => count(row.withdrawn) },
            { word: "promises.share", of: (row) => share(row.share) },
          ]}
        />
      }
    />
  );
}

export function WaitsCard({ asked }: Props): JSX.Element {
  const { found, trouble } = useReport<Report<Waits>>("waits", asked);
  const total = found?.total;
  const rows = found?.rows ?? [];
  const joined = asked.by === "day";
  const longest = Math.max(180, ...rows.map((row) => row.ninetieth ?? 0));
  const shares = [series(rows, r("waits.share"), "good", (row) => row.share)];
  const waits = [
    series(rows, r("waits.median"), "good", (row) => row.median),
    series(rows, r("waits.ninetieth"), "bad", (row) => row.ninetieth),
  ];
  return (
    <Card
      name="waits"
      asked={asked}
      trouble={trouble}
      ready={found !== null}
      big={share(total?.share ?? null)}
      basis={total && r("waits.basis", { n: total.in_time, all: total.cases })}
      more={total?.joined ? <p>{r("waits.half", { median: waited(total.median), ninetieth: waited(total.ninetieth) })}</p> : null}
      chart={
        none((total?.cases ?? 0) + (total?.outside_hours ?? 0)) ?? (
          <>
            <Lines label={r("waits.share")} keys={keys(asked, rows)} series={shares} said={said} highest={100} joined={joined} />
            <Lines label={r("waits.title")} keys={keys(asked, rows)} series={waits} said={clockOf} highest={minutesUp(longest)} wanted={180} joined={joined} />
          </>
        )
      }
      table={
        <Table
          name="waits"
          asked={asked}
          rows={rows}
          total={total ? [total] : []}
          columns={[
            { word: "waits.cases", of: (row) => count(row.cases) },
            { word: "waits.median", of: (row) => waited(row.median) },
            { word: "waits.ninetieth", of: (row) => waited(row.ninetieth) },
            { word: "waits.in_time", of: (row) => count(row.in_time) },
            { word: "waits.share", of: (row) => share(row.share) },
            { word: "waits.joined", of: (row) => count(row.joined) },
            { word: "waits.by_call", of: (row) => count(row.by_call) },
            { word: "waits.not_reached", of: (row) => count(row.not_reached) },
            { word: "waits.outside_hours", of: (row) => count(row.outside_hours) },
          ]}
        />
      }
    />
  );
}

export function ReasonsCard({ asked }: Props): JSX.Element {
  const { found, trouble } = useReport<Parted<Reasons>>("reasons", asked);
  const total = found?.total ?? [];
  const all = total.reduce((sum, row) => sum + row.cases, 0);
  return (
    <Card
      name="reasons"
      asked={asked}
      trouble={trouble}
      ready={found !== null}
      big={count(all)}
      basis={r("reasons.basis")}
      chart={
        none(all) ?? (
          <Bars label={r("reasons.title")} bars={total.map((row) => ({ name: reasonOf(row.reason), value: row.cases, said: count(row.cases) }))} />
        )
      }
      table={
        <Table
          name="reasons"
          asked={asked}
          rows={found?.rows ?? []}
          total={total}
          head={(row) => reasonOf(row.reason)}
          columns={[{ word: "reasons.cases", of: (row) => count(row.cases) }]}
        />
      }
    />
  );
}

export function SuggestionsCard({ asked }: Props): JSX.Element {
  const { found, trouble } = useReport<Report<Suggestions>>("suggestions", asked);
  const total = found?.total;
  const rows = found?.rows ?? [];
  const parts = [
    series(rows, r("suggestions.as_is"), "good", (row) => row.as_is),
    series(rows, r("suggestions.edited"), "calm", (row) => row.edited),
    series(rows, r("suggestions.without"), "faint", (row) => row.without),
  ];
  return (
    <Card
      name="suggestions"
      asked={asked}
      trouble={trouble}
      ready={found !== null}
      big={share(total?.share ?? null)}
      basis={total && r("suggestions.basis", { n: total.as_is + total.edited, all: total.replies })}
      chart={none(total?.replies ?? 0) ?? <Columns label={r("suggestions.title")} keys={keys(asked, rows)} series={parts} said={count} />}
      table={
        <Table
          name="suggestions"
          asked={asked}
          rows={rows}
          total={total ? [total] : []}
          columns={[
            { word: "suggestions.replies", of: (row) => count(row.replies) },
            { word: "suggestions.as_is", of: (row) => count(row.as_is) },
            { word: "suggestions.edited", of: (row) => count(row.edited) },
            { word: "suggestions.without", of: (row) => count(row.without) },
            { word: "suggestions.share", of: (row) => share(row.share) },
          ]}
        />
      }
    />
  );
}

export function GapsCard({ asked }: Props): JSX.Element {
  const { found, trouble } = useReport<Report<Gaps>>("gaps", asked);
  const total = found?.total;
  const rows = found?.rows ?? [];
  const parts = [
    series(rows, r("gaps.refused"), "bad", (row) => row.refused),
    series(rows, r("gaps.questions"), "faint", (row) => row.questions - row.refused),
  ];
  return (
    <Card
      name="gaps"
      asked={asked}
      trouble={trouble}
      ready={found !== null}
      big={share(total?.share ?? null)}
      basis={total && r("gaps.basis", { n: total.refused, all: total.questions })}
      more={
        <button type="button" class="link" onClick={() => void go({ view: "knowledge", reference: null, page: "gaps" })}>
          {r("gaps.see")}
        </button>
      }
      chart={none(total?.questions ?? 0) ?? <Columns label={r("gaps.title")} keys={keys(asked, rows)} series={parts} said={count} />}
      table={
        <Table
          name="gaps"
          asked={asked}
          rows={rows}
          total={total ? [total] : []}
          columns={[
            { word: "gaps.questions", of: (row) => count(row.questions) },
            { word: "gaps.refused", of: (row) => count(row.refused) },
            { word: "gaps.share", of: (row) => share(row.share) },
          ]}
        />
      }
    />
  );
}
