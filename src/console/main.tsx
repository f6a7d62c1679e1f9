import { render } from 'preact'
import { useEffect } from 'preact/hooks'
import { closeSocket } from './api/socket'
import { restoreSession, useSession } from './session/session'
import { SignIn } from './session/sign-in'
import { Shell } from './shell/shell'
import { applyTheme } from './shell/theme'
import './styles/tokens.css'
import './styles/base.css'
import './parts/parts.css'

function App() {
  const session = useSession()
  useEffect(() => () => closeSocket(), [session?.token])
  return session === null ? <SignIn /> : <Shell key={session.token} />
}

applyTheme()
restoreSession()
// A link with a token may be opened where the console is open already: that loads nothing anew.
window.addEventListener('hashchange', () => {
  if (location.hash.startsWith('#token=')) restoreSession()
})
render(<App />, document.getElementById('app')!)
