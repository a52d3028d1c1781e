import type { JSX } from "preact";
import { certificatesOf, driftIn, promisesIn, standingWords } from "../../logic/knowledge/certainty";
import { t } from "../../logic/words";
import { dayOf, instantOf } from "../../parts/days";
import { Icon } from "../../parts/icons";
import type { Release, Releases } from "../../types-knowledge";

/** What is promised of the release in service, and whether customers still ask what it was measured on. */
export function Certainty({ all, release }: { all: Releases; release: Release }): JSX.Element {
  const { certificate } = release;
  const standing = standingWords(release, all.hosts, release.number);
  const counts = certificate?.standing !== "void";
  return (
    <>
      <h3>{t("certificate.title")}</h3>
      {standing && <p class={counts ? undefined : "trouble"}>{standing}</p>}
      {certificate && <Promises raw={certificate.languages} counts={counts} />}
      {certificate && counts && <Drifting raw={certificate.languages} drift={all.drift} />}
    </>
  );
}

/** The certificate of a release that is not in service, folded away. */
export function Past({ all, release }: { all: Releases; release: Release }): JSX.Element | null {
  if (!release.certificate) return null;
  const standing = standingWords(release, all.hosts, release.number);
  return (
    <details>
      <summary>{t("certificate.of", { n: release.number })}</summary>
      {standing && <p class="fine">{standing}</p>}
      <Promises raw={release.certificate.languages} counts={false} />
    </details>
  );
}

function Promises({ raw, counts }: { raw: unknown; counts: boolean }): JSX.Element {
  const certificates = certificatesOf(raw);
  return (
    <ul class="promises">
      {promisesIn(raw, dayOf, counts).map(({ language, held, words }) => {
        const found = certificates[language];
        return (
          <li key={language} class={held ? "held" : undefined}>
            <Icon name={found?.bound != null ? "shield" : "alert"} />
            <span>
              {words} {found && <small class="fine">{t("certificate.rows", { day: dayOf(found.day), digest: shortOf(found.digest) })}</small>}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

function shortOf(digest: string): string {
  return digest.replace(/^sha256:/, "").slice(0, 12);
}

function Drifting({ raw, drift }: { raw: unknown; drift: Releases["drift"] }): JSX.Element | null {
  const looks = driftIn(raw, drift);
  if (looks.length === 0) return null;
  return (
    <>
      <h3>{t("drift.title")}</h3>
      <p class="quiet small">{t("drift.hint", { days: drift.days })}</p>
      <ul class="promises drift">
        {looks.map(({ language, held, drifted, at, words }) => (
          <li key={language} class={held ? "held" : drifted ? "drifted" : undefined}>
            <Icon name={held ? "check" : drifted ? "alert" : "search"} />
            <span>
              {words} {at && <small class="fine">{t("drift.at", { time: instantOf(at) })}</small>}
            </span>
          </li>
        ))}
      </ul>
      {looks.some((each) => each.drifted) && <p>{t("drift.todo")}</p>}
    </>
  );
}
