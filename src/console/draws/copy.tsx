import { notify } from '../parts/notices'

/** Beside a text that nobody wants to type. */
export function Copy({ text, what }: { readonly text: string; readonly what: string }) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      notify(`Copied: ${what}.`)
    } catch {
      notify('The browser does not let this page copy. Select the text and copy it by hand.')
    }
  }
  return (
    <button type="button" class="link small" onClick={copy}>
      Copy<span class="unseen"> {what}</span>
    </button>
  )
}
