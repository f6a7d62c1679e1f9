import { useId, useState } from 'preact/hooks'
import { signIn, useSignOutNotice } from './session'
import './sign-in.css'

export function SignIn() {
  const notice = useSignOutNotice()
  const [pasted, setPasted] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const id = useId()
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    try {
      signIn(pasted)
    } catch (error) {
      setProblem((error as Error).message)
    }
  }
  const said = problem ?? notice
  return (
    <main class="sign-in">
      <form class="card stack" onSubmit={submit}>
        <h1>
          <img src="./icon.svg" alt="" width="32" height="32" /> Tidemark
        </h1>
        <p class="muted">
          Sign in with a token of your identity provider. <code>npm run demo</code> prints a link for each role.
        </p>
        <label for={id}>Token</label>
        <textarea
          id={id}
          rows={5}
          required
          spellcheck={false}
          autocomplete="off"
          aria-invalid={problem !== null}
          aria-describedby={said === null ? undefined : `${id}-said`}
          value={pasted}
          onInput={event => setPasted(event.currentTarget.value)}
        />
        {said !== null && (
          <p id={`${id}-said`} class="problem" role="alert">
            {said}
          </p>
        )}
        <button type="submit" class="primary">
          Sign in
        </button>
        <p class="muted small">The token stays in this tab and is forgotten when it is closed.</p>
      </form>
    </main>
  )
}
