import { TextField, type TextFieldProps } from '../parts/field'
import { instantOfInput } from '../parts/times'

/** A moment that is needed. A browser may hand over more than a date can hold, e.g. a year of five digits. */
export function DateField({ problem = null, ...field }: Omit<TextFieldProps, 'input'>) {
  const isNone = field.value !== '' && instantOfInput(field.value) === null
  return (
    <TextField
      {...field}
      input={{ type: 'datetime-local', required: true }}
      problem={isNone ? 'Not a date: its year has four digits, e.g. 2027.' : problem}
    />
  )
}
