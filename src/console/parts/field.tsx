import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

interface Shared {
  readonly label: string
  /** What is expected, under the field. */
  readonly hint?: ComponentChildren
  /** What is wrong with it. */
  readonly problem?: string | null
}

interface FieldProps extends Shared {
  readonly children: (attributes: {
    readonly id: string
    readonly 'aria-describedby': string | undefined
    readonly 'aria-invalid': boolean
  }) => ComponentChildren
}

/** A label, what it labels, and what is to be said about it. */
export function Field({ label, hint, problem = null, children }: FieldProps) {
  const id = useId()
  const described = [hint ? `${id}-hint` : '', problem !== null ? `${id}-problem` : ''].filter(part => part !== '')
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({
        id,
        'aria-describedby': described.length > 0 ? described.join(' ') : undefined,
        'aria-invalid': problem !== null,
      })}
      {hint && (
        <p id={`${id}-hint`} class="muted small">
          {hint}
        </p>
      )}
      {problem !== null && (
        <p id={`${id}-problem`} class="problem small">
          {problem}
        </p>
      )}
    </div>
  )
}

interface InputAttributes {
  readonly type?: 'text' | 'number' | 'datetime-local' | 'url' | 'search' | 'password'
  readonly required?: boolean
  readonly readOnly?: boolean
  readonly disabled?: boolean
  readonly min?: string | number
  readonly max?: string | number
  readonly step?: string | number
  readonly pattern?: string
  readonly placeholder?: string
  readonly maxLength?: number
  readonly inputMode?: 'decimal' | 'numeric' | 'text'
  readonly name?: string
}

export interface TextFieldProps extends Shared {
  readonly value: string
  readonly onChange: (value: string) => void
  /** Of the input: type, required, min, placeholder, ... */
  readonly input?: InputAttributes
}

/** Browsers take years of six digits otherwise. */
const LAST_TIME = '9999-12-31T23:59'

export function TextField({ value, onChange, input, ...shared }: TextFieldProps) {
  return (
    <Field {...shared}>
      {attributes => (
        <input
          autocomplete="off"
          max={input?.type === 'datetime-local' ? LAST_TIME : undefined}
          {...(input as object)}
          {...attributes}
          value={value}
          onInput={event => onChange(event.currentTarget.value)}
        />
      )}
    </Field>
  )
}

interface SelectFieldProps<Value extends string> extends Shared {
  readonly value: Value
  readonly options: readonly (readonly [value: Value, text: string])[]
  readonly onChange: (value: Value) => void
}

export function SelectField<Value extends string>({ value, options, onChange, ...shared }: SelectFieldProps<Value>) {
  return (
    <Field {...shared}>
      {attributes => (
        <select {...attributes} value={value} onChange={event => onChange(event.currentTarget.value as Value)}>
          {options.map(([option, text]) => (
            <option key={option} value={option}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

interface CheckFieldProps {
  readonly label: string
  readonly checked: boolean
  readonly onChange: (checked: boolean) => void
}

export function CheckField({ label, checked, onChange }: CheckFieldProps) {
  return (
    <label class="check">
      <input type="checkbox" checked={checked} onChange={event => onChange(event.currentTarget.checked)} />
      {label}
    </label>
  )
}
