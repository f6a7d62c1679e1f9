import { Table } from '../parts/table'
import { timeText } from '../parts/times'
import type { CampaignVersionWholeFragment } from './campaigns.generated'
import { cooldownText } from './cooldown'
import { type DiffLine, differenceText, isChange, lineDiff } from './line-diff'

type Version = CampaignVersionWholeFragment

interface VersionDiffProps {
  readonly before: Version
  readonly after: Version
}

const time = (instant: string | null): string => (instant === null ? 'none' : timeText(instant, true))

/** What is not the filter, in words. */
const FIELDS: readonly (readonly [name: string, text: (version: Version) => string])[] = [
  ['State', version => (version.enabled ? 'on' : 'off')],
  ['Game', version => version.game],
  ['Event name', version => version.eventName],
  ['Starts', version => time(version.startsAt)],
  ['Ends', version => time(version.endsAt)],
  ['At most, per player', version => version.maxTriggersPerPlayer?.toString() ?? 'no bound'],
  ['Cooldown', version => cooldownText(version.cooldown)],
]

const offerText = ({ offer }: Version): string => (offer === null ? 'none' : JSON.stringify(offer, null, 2))

export function VersionDiff({ before, after }: VersionDiffProps) {
  const changes = FIELDS.map(([name, text]) => ({ name, old: text(before), new: text(after) })).filter(
    change => change.old !== change.new,
  )
  const offer = lineDiff(offerText(before), offerText(after))
  const filter = lineDiff(before.filter, after.filter)
  return (
    <div class="stack">
      <p class="muted" role="status">
        {before === after ? 'That is the same version.' : differenceText(changes.length, [...offer, ...filter])}
      </p>
      {changes.length > 0 && (
        <Table
          caption={`Fields that differ between version ${before.version} and version ${after.version}`}
          columns={[
            { title: 'Field', width: '11rem', cell: change => change.name },
            { title: `Version ${before.version}`, cell: change => <del>{change.old}</del> },
            { title: `Version ${after.version}`, cell: change => <ins>{change.new}</ins> },
          ]}
          rows={changes}
          keyOf={change => change.name}
          minWidth="32rem"
        />
      )}
      {offer.some(isChange) && <TextDiff title="Offer" lines={offer} />}
      {filter.some(isChange) && <TextDiff title="Filter" lines={filter} />}
    </div>
  )
}

const MARKS = { same: ' ', added: '+', removed: '-' } as const
const WORDS = { same: '', added: 'added: ', removed: 'removed: ' } as const

function TextDiff({ title, lines }: { readonly title: string; readonly lines: readonly DiffLine[] }) {
  return (
    <section class="stack tight" aria-label={`${title}, line by line`}>
      <h3>{title}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reached by the keyboard */}
      <ol class="diff" tabIndex={0}>
        {lines.map(({ kind, text }, i) => (
          <li key={i} class={kind}>
            <span class="diff-mark" aria-hidden="true">
              {MARKS[kind]}
            </span>
            <span class="unseen">{WORDS[kind]}</span>
            <code>{text}</code>
          </li>
        ))}
      </ol>
    </section>
  )
}
