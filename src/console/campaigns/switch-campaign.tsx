import { useState } from 'preact/hooks'
import { request } from '../api/request'
import { useAction } from '../api/use-action'
import { Confirm } from '../parts/dialog'
import { notify } from '../parts/notices'
import { type CampaignStandingFragment, SetCampaignEnabledDocument } from './campaigns.generated'
import { warningOfTime } from './standing'

interface SwitchCampaignProps {
  readonly campaign: CampaignStandingFragment
  /** Told what stands now. */
  readonly onSwitched: () => void
}

/** Switches a campaign on or off, after saying what that does. */
export function SwitchCampaign({ campaign, onSwitched }: SwitchCampaignProps) {
  const [isAsking, setAsking] = useState(false)
  const { id, name, enabled } = campaign
  const verb = enabled ? 'Switch off' : 'Switch on'
  return (
    <>
      <button type="button" aria-label={`${verb} ${name}`} onClick={() => setAsking(true)}>
        {verb}
      </button>
      {isAsking && <AskSwitch key={id} campaign={campaign} onSwitched={onSwitched} onClose={() => setAsking(false)} />}
    </>
  )
}

function AskSwitch({ campaign, onSwitched, onClose }: SwitchCampaignProps & { readonly onClose: () => void }) {
  const [{ id, name, enabled, game, eventName, startsAt, endsAt }] = useState(campaign)
  const action = useAction(async () => {
    await request(SetCampaignEnabledDocument, { id, enabled: !enabled })
    notify(`${name} is switched ${enabled ? 'off' : 'on'}.`)
    onSwitched()
  })
  const warning = enabled ? null : warningOfTime(startsAt, endsAt, Date.now())
  return (
    <Confirm
      title={enabled ? 'Switch off this campaign?' : 'Switch on this campaign?'}
      verb={enabled ? 'Switch off' : 'Switch on'}
      danger={enabled}
      action={action}
      onClose={onClose}
    >
      <p>
        <strong>{name}</strong>
      </p>
      {enabled ? (
        <p>
          From the next batch of events on, nothing triggers it any more. What it has triggered stays; offers that went
          out are not taken back.
        </p>
      ) : (
        <p>
          From the next batch of events on, every event <strong>{eventName}</strong> of <strong>{game}</strong> that its
          filter finds true triggers it, and its offer goes out to the player.
        </p>
      )}
      {warning !== null && <p class="campaign-warning">{warning}</p>}
    </Confirm>
  )
}
