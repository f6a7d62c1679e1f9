import type { ComponentChildren } from 'preact'
import { useQuery } from '../api/use-query'
import { countText } from '../parts/numbers'
import { Empty, Failed, Loading } from '../parts/states'
import { Time } from '../parts/time'
import { useCan } from '../session/session'
import { href } from '../shell/route'
import { CampaignByIdDocument, type CampaignWholeFragment } from './campaigns.generated'
import { EditCampaign } from './edit-campaign'
import { StandingBadge } from './standing-badge'
import { SwitchCampaign } from './switch-campaign'
import { Triggers } from './triggers'
import { Versions } from './versions'
import { WhyNot } from './why-not'

const EVERY_MS = 2_500
const TRIGGERS = 20

interface CampaignPageProps {
  readonly id: string
  readonly part: readonly string[]
}

/** One campaign: what it is, what it does, what it was, why it did not. */
export function CampaignPage({ id, part: [part, ...asked] }: CampaignPageProps) {
  const { data, problem, reload } = useQuery(CampaignByIdDocument, { id }, { everyMs: EVERY_MS })
  const campaign = data?.campaign ?? null
  if (campaign === null) {
    return (
      <div class="stack">
        <h1>{id}</h1>
        {problem !== null && <Failed what="The campaign cannot be shown." problem={problem} retry={reload} />}
        {problem === null && data === null && <Loading what="Loading the campaign" />}
        {data !== null && (
          <Empty title="There is no campaign of this id">
            <a href={href('campaigns')}>See all campaigns</a>
          </Empty>
        )}
      </div>
    )
  }
  return (
    <div class="stack">
      <CampaignHead campaign={campaign} onSwitched={reload} />
      <nav class="campaign-parts" aria-label="Of the campaign">
        <Part id={id} name="" on={part}>
          Rules
        </Part>
        <Part id={id} name="triggers" on={part}>
          Triggers
        </Part>
        <Part id={id} name="versions" on={part}>
          Versions
        </Part>
        <Part id={id} name="why" on={part}>
          Why not?
        </Part>
      </nav>
      {part === 'triggers' ? (
        <Triggers campaignId={id} size={TRIGGERS} />
      ) : part === 'versions' ? (
        <Versions id={id} version={campaign.version} />
      ) : part === 'why' ? (
        <WhyNot key={asked.join('/')} campaignId={id} asked={asked} />
      ) : (
        <EditCampaign campaign={campaign} reload={reload} />
      )}
    </div>
  )
}

interface PartProps {
  readonly id: string
  readonly name: string
  readonly on: string | undefined
  readonly children: ComponentChildren
}

function Part({ id, name, on = '', children }: PartProps) {
  return (
    <a href={href('campaigns', id, ...(name === '' ? [] : [name]))} aria-current={on === name ? 'page' : undefined}>
      {children}
    </a>
  )
}

interface CampaignHeadProps {
  readonly campaign: CampaignWholeFragment
  readonly onSwitched: () => void
}

function CampaignHead({ campaign, onSwitched }: CampaignHeadProps) {
  const { id, name, game, eventName, stats, disabledReason, version, updatedAt, updatedBy } = campaign
  const maySwitch = useCan('crm')
  return (
    <div class="stack tight">
      <p class="small">
        <a href={href('campaigns')}>All campaigns</a>
      </p>
      <div class="row between">
        <div class="row">
          <h1 class="campaign-name">{name}</h1>
          <StandingBadge campaign={campaign} />
        </div>
        {maySwitch && <SwitchCampaign campaign={campaign} onSwitched={onSwitched} />}
      </div>
      <p class="muted small">
        <span class="mono">{id}</span> · {game} · {eventName} · version {version}, saved <Time at={updatedAt} /> by{' '}
        {updatedBy}
      </p>
      {disabledReason !== null && (
        <p class="campaign-stopped" role="alert">
          <strong>The system switched it off:</strong> {disabledReason}
        </p>
      )}
      <section class="card" aria-label="What it has done">
        <dl class="facts">
          <Fact name="Triggers">{countText(stats.triggers)}</Fact>
          <Fact name="Players">{countText(stats.players)}</Fact>
          <Fact name="Held back">{countText(stats.suppressed)}</Fact>
          <Fact name="Filter errors">
            <span class={stats.filterErrors > 0 ? 'problem' : undefined}>{countText(stats.filterErrors)}</span>
          </Fact>
          <Fact name="Last trigger">
            <Time at={stats.lastTriggeredAt} seconds />
          </Fact>
        </dl>
        {stats.lastFilterError !== null && (
          <p class="small campaign-last-error">
            <span class="muted">Last error:</span> <span class="mono">{stats.lastFilterError}</span>
          </p>
        )}
      </section>
    </div>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
