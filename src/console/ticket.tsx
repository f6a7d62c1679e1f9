import { render } from 'preact'
import { restoreSession } from './session/session'
import { followTheme } from './ticket/follow-theme'
import { TicketApp } from './ticket/ticket-app'
import './styles/tokens.css'
import './styles/base.css'

followTheme()
restoreSession()
// Whoever embeds the page hands it a fresh token in the same way.
window.addEventListener('hashchange', restoreSession)
const drawId = new URLSearchParams(location.search).get('draw')
render(<TicketApp drawId={drawId} />, document.getElementById('app')!)
