import { Badge, type Tone } from '../parts/badge'
import { type Standing, type Switched, standingOf } from './standing'

const LOOKS: Readonly<Record<Standing, readonly [text: string, tone: Tone]>> = {
  on: ['on', 'good'],
  off: ['off', 'plain'],
  stopped: ['switched off', 'bad'],
  untimed: ['on, no time', 'warn'],
  ahead: ['on, not begun', 'accent'],
  over: ['on, ended', 'plain'],
}

export function StandingBadge({ campaign }: { readonly campaign: Switched }) {
  const [text, tone] = LOOKS[standingOf(campaign, Date.now())]
  return <Badge tone={tone}>{text}</Badge>
}
