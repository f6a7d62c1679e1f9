import type { Role } from '../session/session'
import type { Page } from './page'

const STAFF: readonly Role[] = ['crm', 'analyst']

export const PAGES: readonly Page[] = [
  {
    name: 'live',
    title: 'Live',
    icon: 'M3 12h4l3 8 4-16 3 8h4',
    roles: STAFF,
    load: () => import('../live/live-page'),
  },
  {
    name: 'players',
    title: 'Players',
    icon: 'M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zm-6 9c0-4 2.5-6 6-6s6 2 6 6m1-16a4 4 0 0 1 0 7.5M18 14.5c2 .8 3 2.700 3 5.500',
    roles: STAFF,
    load: () => import('../players/player-page'),
  },
  {
    name: 'pnl',
    title: 'PnL',
    icon: 'M4 20V4m0 16h16M8 16v-4m4 4V7m4 9v-6',
    roles: ['analyst'],
    load: () => import('../pnl/pnl-page'),
  },
  {
    name: 'campaigns',
    title: 'Campaigns',
    icon: 'M4 10v4l4 1 8 5V4L8 9zm15-1a4 4 0 0 1 0 6',
    roles: STAFF,
    load: () => import('../campaigns/campaigns-page'),
  },
  {
    name: 'draws',
    title: 'Draws',
    icon: 'M4 8h16v3a2 2 0 0 0 0 4v3H4v-3a2 2 0 0 0 0-4zm10 0v10',
    roles: STAFF,
    load: () => import('../draws/draws-page'),
  },
  {
    name: 'admin',
    title: 'Admin',
    icon: 'M4 7h10m4 0h2M4 17h2m4 0h10M14 4v6M8 14v6',
    roles: STAFF,
    load: () => import('../admin/admin-page'),
  },
]
