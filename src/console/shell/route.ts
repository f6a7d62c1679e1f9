import { useSyncExternalStore } from '../session/external-store'

/** The page lives in the address's fragment (#/players/ann): nothing of it is ever sent to a server. */
export type Route = readonly string[]

let hash = location.hash
let route: Route = segmentsOf(hash)

function segmentsOf(text: string): Route {
  return text
    .replace(/^#\/?/, '')
    .split('/')
    .filter(part => part !== '')
    .map(decoded)
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

const read = (): Route => {
  if (location.hash !== hash) {
    hash = location.hash
    route = segmentsOf(hash)
  }
  return route
}

export const href = (...segments: string[]): string => `#/${segments.map(encodeURIComponent).join('/')}`

export const go = (...segments: string[]): void => {
  location.hash = href(...segments)
}

export const useRoute = (): Route =>
  useSyncExternalStore(listener => {
    window.addEventListener('hashchange', listener)
    return () => window.removeEventListener('hashchange', listener)
  }, read)
