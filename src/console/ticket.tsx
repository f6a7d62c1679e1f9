import { render } from 'preact'
import { restoreSession } from './session/session'
import { followTheme } from './ticket/follow-theme'
import { TicketApp } from './ticket/ticket-app'
import './styles/tokens.css'
import './styles/base.css'

const address = new URLSearchParams(location.search)
followTheme(address.get('theme'))
// In memory only: another player's page, or a frame without a token, must find none, and staff in this tab keep theirs.
const takeToken = () => restoreSession({ stored: false })
takeToken()
// Whoever embeds the page hands it a fresh token in the same way.
window.addEventListener('hashchange', takeToken)
render(<TicketApp drawId={address.get('draw')} />, document.getElementById('app')!)
