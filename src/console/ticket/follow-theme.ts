/** As whoever embeds the page has chosen; else the system's colours, also when they change. Nothing is stored. */
export function followTheme(chosen: string | null): void {
  if (chosen === 'light' || chosen === 'dark') {
    document.documentElement.dataset.theme = chosen
    return
  }
  const dark = window.matchMedia('(prefers-color-scheme: dark)')
  const apply = () => {
    document.documentElement.dataset.theme = dark.matches ? 'dark' : 'light'
  }
  dark.addEventListener('change', apply)
  apply()
}
