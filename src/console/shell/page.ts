import type { ComponentType } from 'preact'
import type { Role } from '../session/session'

export interface PageProps {
  /** What stands behind the page's name in the address. */
  readonly rest: readonly string[]
}

export interface Page {
  readonly name: string
  readonly title: string
  /** A path of the icon, 24 by 24, drawn in lines. */
  readonly icon: string
  /** Any of these may see it. */
  readonly roles: readonly Role[]
  readonly load: () => Promise<{ default: ComponentType<PageProps> }>
}
