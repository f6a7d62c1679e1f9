import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { Problem } from '../api/problem'
import { CheckField, TextField, type TextFieldProps } from '../parts/field'
import { Refusal } from '../parts/states'
import type { DrawDraft } from './draw-draft'
import { PrizeList } from './prize-list'
import { refusalAt, refusedField } from './refusal'

interface DrawFormProps {
  readonly draft: DrawDraft
  readonly onChange: (draft: DrawDraft) => void
  readonly onSubmit: () => void
  /** The id is the draw's for good. */
  readonly isNew: boolean
  readonly problem: Problem | null
  /** The buttons. */
  readonly children: ComponentChildren
}

type TextName = { [Name in keyof DrawDraft]: DrawDraft[Name] extends string ? Name : never }[keyof DrawDraft]

const COUNT = { type: 'number', min: 1, step: 1 } as const

export function DrawForm({ draft, onChange, onSubmit, isNew, problem, children }: DrawFormProps) {
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    if (problem !== null) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [problem])
  const text = (name: TextName, props: Pick<TextFieldProps, 'label' | 'hint' | 'input'>) => (
    <TextField
      {...props}
      value={draft[name]}
      onChange={value => onChange({ ...draft, [name]: value })}
      problem={refusalAt(problem, name)}
    />
  )
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    onSubmit()
  }
  return (
    <form ref={form} class="card draw-form" onSubmit={submit}>
      <div class="fields">
        {text('name', { label: 'Name', hint: 'Players read it.', input: { required: true, maxLength: 200 } })}
        {text('id', {
          label: 'Id',
          hint: isNew ? 'For addresses and the API, e.g. spring-2027. It stays.' : 'It stays as it is.',
          input: { required: true, readOnly: !isNew, maxLength: 100, pattern: '[A-Za-z0-9_.:\\-]+' },
        })}
        {text('opensAt', {
          label: 'Opens',
          hint: 'Where it has passed, stakes since then count too.',
          input: { type: 'datetime-local', required: true },
        })}
        {text('drawsAt', {
          label: 'Draw time',
          hint: 'Stakes of before count.',
          input: { type: 'datetime-local', required: true },
        })}
      </div>
      <fieldset>
        <legend>Tickets</legend>
        <div class="fields">
          {text('stakePerTicket', {
            label: 'Stake for a ticket',
            hint: 'Empty: tickets are granted only.',
            input: { inputMode: 'decimal', pattern: '\\d+(\\.\\d{1,4})?' },
          })}
          {text('eventTypes', {
            label: 'Events that are stakes',
            hint: 'With commas between them.',
            input: { required: true },
          })}
          {text('game', { label: 'Game', hint: 'Empty: any.', input: { maxLength: 200 } })}
          {text('gameType', { label: 'Game type', hint: 'Empty: any.', input: { maxLength: 200 } })}
          {text('maxTicketsPerPlayer', {
            label: 'Most tickets for a player',
            hint: 'Empty: no limit.',
            input: { ...COUNT, max: 1_000_000 },
          })}
          {text('winsPerPlayer', {
            label: 'Most wins for a player',
            input: { ...COUNT, max: 100, required: true },
          })}
          {text('milestones', {
            label: 'Milestones',
            hint: 'Counts of tickets that are told of, with commas.',
            input: { pattern: '\\s*\\d+(\\s*,\\s*\\d+)*\\s*', inputMode: 'text' },
          })}
        </div>
        <CheckField
          label="Players opt in: their stakes count from then on"
          checked={draft.optInRequired}
          onChange={optInRequired => onChange({ ...draft, optInRequired })}
        />
      </fieldset>
      <PrizeList
        prizes={draft.prizes}
        defaultPrize={draft.defaultPrize}
        onChange={part => onChange({ ...draft, ...part })}
        problem={problem}
      />
      <fieldset>
        <legend>Public randomness</legend>
        {text('entropyLabel', {
          label: 'What the draw waits for',
          hint: 'Something that everybody will know, and nobody before the draw time, e.g. “drand quicknet round 12345678”. Empty: the draw waits for nothing.',
          input: { maxLength: 500 },
        })}
      </fieldset>
      {refusedField(problem) === null && <Refusal problem={problem} />}
      <div class="row">{children}</div>
    </form>
  )
}
