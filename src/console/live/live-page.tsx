import { Leaderboard } from './leaderboard'
import { Streams } from './streams'
import './live.css'
import { VipEntries } from './vip-entries'

/** What happens now: who became a VIP, who plays highest, whether events come in. */
export default function LivePage() {
  return (
    <div class="stack">
      <h1>Live</h1>
      <VipEntries />
      <div class="live-columns">
        <Leaderboard />
        <Streams />
      </div>
    </div>
  )
}
