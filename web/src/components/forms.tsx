// Forms that show each problem beside its field, which the problem's path names.
import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
  type ComponentProps,
  type FormEvent,
  type RefObject,
  type ReactNode,
} from "react";
import { useI18n } from "../i18n/i18n";
import type { Problem } from "../graphql/problems";
import { Icon } from "./icons";
import { characterCount, fieldLimits } from "./limits";
import "./controls.css";

interface FormState {
  problems: readonly Problem[];
  /** Fields register their path. The form itself shows the problems that no field shows. */
  registerField: (path: string) => () => void;
}

const noProblems: readonly Problem[] = [];

const Context = createContext<FormState>({ problems: [], registerField: () => () => {} });

export const fieldPathOf = ({ path }: Problem) => (path?.[0] === "input" ? path.slice(1) : (path ?? [])).join(".");
const isWithin = (name: string, path: string) => name === path || name.startsWith(`${path}.`);

interface FormProps extends Omit<ComponentProps<"form">, "onSubmit"> {
  formRef?: RefObject<HTMLFormElement | null>;
  problems?: readonly Problem[];
  onSubmit: (values: FormData) => void;
}

export function Form({
  formRef,
  problems = noProblems,
  onSubmit,
  children,
  className = "stack",
  ...rest
}: FormProps) {
  const [fieldPaths, setFieldPaths] = useState<readonly string[]>([]);
  const ownRef = useRef<HTMLFormElement>(null);
  const form = formRef ?? ownRef;
  const registerField = useCallback((path: string) => {
    setFieldPaths((all) => [...all, path]);
    return () => setFieldPaths((all) => all.toSpliced(all.indexOf(path), 1));
  }, []);
  const state = useMemo(() => ({ problems, registerField }), [problems, registerField]);
  useEffect(() => {
    if (problems.length > 0) form.current?.querySelector<HTMLElement>("[aria-invalid=true], .note.bad")?.focus();
  }, [problems, form]);

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (form.current?.querySelector("[type=submit][aria-disabled=true]")) return;
    onSubmit(new FormData(event.currentTarget));
  };
  const formProblems = problems.filter((problem) => {
    const name = fieldPathOf(problem);
    return !name || !fieldPaths.some((path) => isWithin(name, path));
  });
  return (
    <Context value={state}>
      <form ref={form} className={className} onSubmit={submit} noValidate {...rest}>
        <ErrorSummary problems={formProblems} />
        {children}
      </form>
    </Context>
  );
}

/** The problems that belong to no single field. */
export function ErrorSummary({ problems }: { problems: readonly Problem[] }) {
  const { explain } = useI18n();
  if (problems.length === 0) return null;
  return (
    <div className="note bad" role="alert" tabIndex={-1}>
      <Icon name="warning" />
      <div>
        {problems.map((problem, index) => (
          <p key={index}>{explain(problem)}</p>
        ))}
      </div>
    </div>
  );
}

/** The problems of one input path, for fields with several controls. While the user mends them, they are dismissed. */
export function useFieldProblems(path: string) {
  const { problems, registerField } = useContext(Context);
  useEffect(() => registerField(path), [registerField, path]);
  const [dismissed, setDismissed] = useState(noProblems);
  const own = useMemo(() => problems.filter((problem) => isWithin(fieldPathOf(problem), path)), [problems, path]);
  return { problems: own === dismissed ? noProblems : own, dismiss: () => setDismissed(own) };
}

export function FieldErrors({ problems, id }: { problems: readonly Problem[]; id?: string }) {
  const { explain } = useI18n();
  return (
    <span id={id} aria-live="polite">
      {problems.map((problem, index) => (
        <span className="fault" key={index}>
          <Icon name="warning" size={16} />
          {explain(problem)}
        </span>
      ))}
    </span>
  );
}

interface FieldProps {
  name: string;
  /** The field's path in the server's user errors, when it differs from its name. */
  path?: string;
  label: string;
  hint?: ReactNode;
  isOptional?: boolean;
  /** The number of characters that the server accepts, by default that of the field's name. Nothing is cut. */
  limit?: number;
}

/** Shows how many characters are left when they become few, and how many are too many. */
export function CharacterCount({ text, limit, id }: { text: string; limit: number; id?: string }) {
  const { t } = useI18n();
  const left = limit - characterCount(text);
  if (left > Math.min(200, limit / 5)) return null;
  return left < 0 ? (
    <span id={id} className="fault" role="status">
      <Icon name="warning" size={16} />
      {t("form.tooMany", { count: -left })}
    </span>
  ) : (
    <span id={id} className="hint">
      {t("form.left", { count: left })}
    </span>
  );
}

/** The props of a field's control, and a function that wraps the control in its label, hint and errors. */
function useField({ name, path = name, label, hint, isOptional, limit = fieldLimits[name] }: FieldProps, value?: unknown, defaultValue?: unknown) {
  const { t } = useI18n();
  const id = useId();
  const { problems, dismiss } = useFieldProblems(path);
  const [typed, setTyped] = useState(String(defaultValue ?? ""));
  const text = value === undefined ? typed : String(value);
  const controlProps = {
    id,
    name,
    "aria-invalid": problems.length > 0 || undefined,
    "aria-describedby": `${id}-hint ${id}-fault${limit ? ` ${id}-count` : ""}`,
    // `onChange` belongs to the caller.
    onInput: (event: FormEvent<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>) => {
      setTyped(event.currentTarget.value);
      dismiss();
    },
  };
  const wrap = (control: ReactNode) => (
    <div className="field">
      <label className="label" htmlFor={id}>
        {label}
        {isOptional && <span className="soft"> {t("form.optional")}</span>}
      </label>
      {control}
      {hint && (
        <span className="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {limit && <CharacterCount text={text} limit={limit} id={`${id}-count`} />}
      <FieldErrors problems={problems} id={`${id}-fault`} />
    </div>
  );
  return { controlProps, wrap };
}

const splitFieldProps = <P extends FieldProps>({ name, path, label, hint, isOptional, limit, ...rest }: P) => ({
  fieldProps: { name, path, label, hint, isOptional, limit },
  rest: rest as Omit<P, keyof FieldProps>,
});

export function TextField(props: FieldProps & Omit<ComponentProps<"input">, "name">) {
  const { fieldProps, rest } = splitFieldProps(props);
  const { controlProps, wrap } = useField(fieldProps, props.value, props.defaultValue);
  // Addresses are written from left to right in every language.
  const direction = rest.type === "url" || rest.type === "email" ? "ltr" : "auto";
  return wrap(<input className="input" type="text" dir={direction} {...controlProps} {...rest} />);
}

export function TextArea(props: FieldProps & Omit<ComponentProps<"textarea">, "name">) {
  const { fieldProps, rest } = splitFieldProps(props);
  const { controlProps, wrap } = useField(fieldProps, props.value, props.defaultValue);
  return wrap(<textarea className="input" dir="auto" rows={3} {...controlProps} {...rest} />);
}

interface SelectProps extends FieldProps, Omit<ComponentProps<"select">, "name"> {
  options: readonly (readonly [value: string, label: string])[];
}

export function SelectField(props: SelectProps) {
  const { fieldProps, rest } = splitFieldProps(props);
  const { options, ...select } = rest;
  const { controlProps, wrap } = useField(fieldProps);
  return wrap(
    <select className="input" {...controlProps} {...(select as ComponentProps<"select">)}>
      {options.map(([value, label]) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>,
  );
}

export function Switch({ name, label, hint, ...rest }: FieldProps & Omit<ComponentProps<"input">, "name">) {
  const { path: _, isOptional: __, limit: ___, ...input } = rest;
  const id = useId();
  return (
    <label className="switch">
      <input type="checkbox" role="switch" name={name} aria-describedby={hint ? id : undefined} {...input} />
      <span>
        <span className="label">{label}</span>
        {hint && (
          <span className="hint" id={id}>
            <br />
            {hint}
          </span>
        )}
      </span>
    </label>
  );
}

/** A choice between a few options that are all visible: radio buttons in a row. */
export function SegmentedControl<Value extends string>({
  name,
  label,
  value,
  options,
  onChange,
}: {
  name: string;
  label: string;
  value: Value;
  options: readonly (readonly [Value, ReactNode])[];
  onChange: (value: Value) => void;
}) {
  return (
    <fieldset>
      <legend className="visually-hidden">{label}</legend>
      <div className="segments">
        {options.map(([option, text]) => (
          <label key={option}>
            <input
              className="visually-hidden"
              type="radio"
              name={name}
              checked={value === option}
              onChange={() => onChange(option)}
            />
            {text}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** The trimmed text of a form field, or null when it is blank. */
export function textValue(values: FormData, name: string) {
  const value = values.get(name);
  return typeof value === "string" && value.trim() !== "" ? value.trim() : null;
}

export function numberValue(values: FormData, name: string) {
  const text = textValue(values, name);
  return text === null || !Number.isInteger(Number(text)) ? null : Number(text);
}
