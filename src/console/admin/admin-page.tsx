import type { ComponentType } from 'preact'
import { can, type Role, useSession } from '../session/session'
import type { PageProps } from '../shell/page'
import { href } from '../shell/route'
import './admin.css'
import { AuditLog } from './audit'
import { Policies } from './policies'
import { Suppressions } from './suppressions'
import { WebhooksTab } from './webhooks-tab'

interface Tab {
  readonly name: string
  readonly title: string
  /** Beside admin. */
  readonly roles: readonly Role[]
  readonly Content: ComponentType<PageProps>
}

const TABS: readonly Tab[] = [
  { name: 'policies', title: 'VIP policies', roles: ['crm', 'analyst'], Content: Policies },
  { name: 'webhooks', title: 'Webhooks', roles: ['crm'], Content: WebhooksTab },
  { name: 'suppressions', title: 'Suppressions', roles: ['crm', 'analyst'], Content: Suppressions },
  { name: 'audit', title: 'Audit log', roles: [], Content: AuditLog },
]

/** What rarely changes, and who changed it. */
export default function AdminPage({ rest }: PageProps) {
  const session = useSession()
  const [name = 'policies', ...behind] = rest
  const mine = TABS.filter(tab => can(session, ...tab.roles))
  const tab = mine.find(one => one.name === name)
  return (
    <div class="stack">
      <h1>Admin</h1>
      <nav class="admin-tabs" aria-label="Parts of the admin page">
        {mine.map(one => (
          <a key={one.name} href={href('admin', one.name)} aria-current={one === tab ? 'page' : undefined}>
            {one.title}
          </a>
        ))}
      </nav>
      {tab === undefined ? <NoSuchTab /> : <tab.Content rest={behind} />}
    </div>
  )
}

function NoSuchTab() {
  return (
    <section class="card stack tight">
      <h2>There is no such part, or it is not for you</h2>
      <p>
        <a href={href('admin')}>To the VIP policies</a>
      </p>
    </section>
  )
}
