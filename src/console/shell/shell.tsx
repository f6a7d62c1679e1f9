import { useEffect, useErrorBoundary, useRef } from 'preact/hooks'
import { Deferred } from '../parts/deferred'
import { Notices } from '../parts/notices'
import { Failed } from '../parts/states'
import { can, signOut, useSession } from '../session/session'
import { HealthAlarm, HealthContext, HealthPill, useHealthQuery } from './health'
import { useKeptFocus } from './kept-focus'
import type { Page } from './page'
import { PAGES } from './pages'
import { href, useRoute } from './route'
import './shell.css'
import { useTheme } from './theme'

/** Around every page: where one is, whether the data is live, who is signed in. */
export function Shell() {
  const session = useSession()
  const [theme, toggleTheme] = useTheme()
  const [name, ...rest] = useRoute()
  const mine = PAGES.filter(page => can(session, ...page.roles))
  const page = mine.find(one => one.name === (name ?? 'live')) ?? null
  const isStaff = can(session, 'crm', 'analyst')
  const health = useHealthQuery(isStaff)
  const main = useRef<HTMLElement>(null)
  const first = useRef(true)
  useKeptFocus(main)
  useEffect(() => {
    document.title = page === null ? 'Tidemark' : `${page.title} - Tidemark`
    // Somebody who hears the page, or tabs through it, is taken along.
    if (!first.current) main.current?.focus()
    first.current = false
    window.scrollTo(0, 0)
  }, [page, rest.join('/')])
  return (
    <HealthContext.Provider value={health}>
      <div class="shell">
        <button type="button" class="skip" onClick={() => main.current?.focus()}>
          Skip to the page
        </button>
        <header class="shell-head">
          <a class="brand" href={href('live')} aria-label="Tidemark, to the first page">
            <img src="./icon.svg" alt="" width="26" height="26" />
            <span class="brand-name">Tidemark</span>
          </a>
          {isStaff && <HealthPill />}
          <div class="row tools">
            <span class="who small muted cut" title={session?.roles.join(', ')}>
              {session?.sub}
            </span>
            <button
              type="button"
              class="plain icon-button"
              aria-label={theme === 'dark' ? 'Use light colours' : 'Use dark colours'}
              title={theme === 'dark' ? 'Light colours' : 'Dark colours'}
              onClick={toggleTheme}
            >
              <Icon
                path={
                  theme === 'dark'
                    ? 'M12 4V2m0 20v-2m8-8h2M2 12h2m13.7-5.7 1.4-1.4M4.9 19.1l1.4-1.4m0-11.4L4.9 4.9m14.2 14.2-1.4-1.4M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0z'
                    : 'M20 14.5A8 8 0 0 1 9.5 4a8 8 0 1 0 10.5 10.5z'
                }
              />
            </button>
            <button
              type="button"
              class="plain icon-button"
              aria-label="Sign out"
              title="Sign out"
              onClick={() => signOut()}
            >
              <Icon path="M14 4h5v16h-5M10 8l-4 4 4 4m-4-4h9" />
            </button>
          </div>
        </header>
        <nav class="shell-nav" aria-label="Pages">
          {mine.map(one => (
            <a key={one.name} href={href(one.name)} aria-current={one === page ? 'page' : undefined}>
              <Icon path={one.icon} />
              <span>{one.title}</span>
            </a>
          ))}
        </nav>
        <main id="main" ref={main} tabIndex={-1} class="shell-main">
          <HealthAlarm />
          <Content key={page?.name} page={page} rest={rest} />
        </main>
        <Notices />
      </div>
    </HealthContext.Provider>
  )
}

function Content({ page, rest }: { readonly page: Page | null; readonly rest: readonly string[] }) {
  const session = useSession()
  const [broken, mend] = useErrorBoundary()
  if (broken) return <Failed what={`This page has a defect: ${broken}.`} retry={mend} />
  if (page !== null) return <Deferred key={page.name} load={page.load} rest={rest} />
  if (can(session, 'crm', 'analyst')) {
    return (
      <div class="card stack">
        <h1>There is no such page, or it is not for you</h1>
        <p>
          You are signed in as {session?.sub} ({session?.roles.join(', ')}).
        </p>
        <p>
          <a href={href('live')}>To the live page</a>
        </p>
      </div>
    )
  }
  return (
    <div class="card stack">
      <h1>This console is for staff</h1>
      <p>
        The token's roles ({session?.roles.join(', ') || 'none'}) see nothing here: it needs admin, crm or analyst.
        Players have a page of their own for each draw.
      </p>
      <p>
        <button type="button" onClick={() => signOut()}>
          Sign in with another token
        </button>
      </p>
    </div>
  )
}

export function Icon({ path }: { readonly path: string }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
      <path
        d={path}
        fill="none"
        stroke="currentColor"
        stroke-width="1.8"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  )
}
