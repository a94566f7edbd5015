// Forms that say what is wrong where it is wrong: a problem's path names the field it stands beside.
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
  type ReactNode,
} from "react";
import { useSpeech } from "../i18n/language";
import type { Problem } from "../graphql/problems";
import { Icon } from "./icons";
import "./controls.css";

interface FormState {
  problems: readonly Problem[];
  /** A field tells which path is its own, so that the form shows only what no field shows. */
  claim: (path: string) => () => void;
}

const Context = createContext<FormState>({ problems: [], claim: () => () => {} });

const nameOf = ({ path }: Problem) => (path?.[0] === "input" ? path.slice(1) : (path ?? [])).join(".");
const isUnder = (name: string, path: string) => name === path || name.startsWith(`${path}.`);

interface FormProps extends Omit<ComponentProps<"form">, "onSubmit"> {
  problems?: readonly Problem[];
  onSubmit: (values: FormData) => void;
}

const none: readonly Problem[] = [];

export function Form({ problems = none, onSubmit, children, className = "stack", ...rest }: FormProps) {
  const [claims, setClaims] = useState<readonly string[]>([]);
  const form = useRef<HTMLFormElement>(null);
  const claim = useCallback((path: string) => {
    setClaims((known) => [...known, path]);
    return () => setClaims((known) => known.toSpliced(known.indexOf(path), 1));
  }, []);
  const state = useMemo(() => ({ problems, claim }), [problems, claim]);
  useEffect(() => {
    if (problems.length > 0) form.current?.querySelector<HTMLElement>("[aria-invalid=true], .note.bad")?.focus();
  }, [problems]);

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (form.current?.querySelector("[type=submit][aria-disabled=true]")) return;
    onSubmit(new FormData(event.currentTarget));
  };
  const rests = problems.filter((problem) => {
    const name = nameOf(problem);
    return !name || !claims.some((path) => isUnder(name, path));
  });
  return (
    <Context value={state}>
      <form ref={form} className={className} onSubmit={submit} noValidate {...rest}>
        <Problems problems={rests} />
        {children}
      </form>
    </Context>
  );
}

/** What went wrong as a whole. */
export function Problems({ problems }: { problems: readonly Problem[] }) {
  const { explain } = useSpeech();
  if (problems.length === 0) return null;
  return (
    <div className="note bad" role="alert" tabIndex={-1}>
      <Icon name="warning" />
      <div>
        {problems.map((problem, place) => (
          <p key={place}>{explain(problem)}</p>
        ))}
      </div>
    </div>
  );
}

/** The problems of one path of the input, for a field that is made of several controls. */
export function useProblems(path: string) {
  const { problems, claim } = useContext(Context);
  useEffect(() => claim(path), [claim, path]);
  return useMemo(() => problems.filter((problem) => isUnder(nameOf(problem), path)), [problems, path]);
}

export function Faults({ problems, id }: { problems: readonly Problem[]; id?: string }) {
  const { explain } = useSpeech();
  return (
    <span id={id} aria-live="polite">
      {problems.map((problem, place) => (
        <span className="fault" key={place}>
          <Icon name="warning" size={16} />
          {explain(problem)}
        </span>
      ))}
    </span>
  );
}

interface FrameProps {
  name: string;
  /** Where the server finds fault with this field, when that is not its name. */
  path?: string;
  label: string;
  hint?: ReactNode;
  isOptional?: boolean;
}

/** What every field has around its control. */
function useFrame({ name, path = name, label, hint, isOptional }: FrameProps) {
  const { t } = useSpeech();
  const id = useId();
  const faults = useProblems(path);
  const control = {
    id,
    name,
    "aria-invalid": faults.length > 0 || undefined,
    "aria-describedby": `${id}-hint ${id}-fault`,
  };
  const frame = (inner: ReactNode) => (
    <div className="field">
      <label className="label" htmlFor={id}>
        {label}
        {isOptional && <span className="soft"> {t("form.optional")}</span>}
      </label>
      {inner}
      {hint && (
        <span className="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      <Faults problems={faults} id={`${id}-fault`} />
    </div>
  );
  return { control, frame };
}

const split = <P extends FrameProps>({ name, path, label, hint, isOptional, ...rest }: P) => ({
  frame: { name, path, label, hint, isOptional },
  rest: rest as Omit<P, keyof FrameProps>,
});

export function TextField(props: FrameProps & Omit<ComponentProps<"input">, "name">) {
  const { frame: about, rest } = split(props);
  const { control, frame } = useFrame(about);
  return frame(<input className="input" type="text" {...control} {...rest} />);
}

export function TextArea(props: FrameProps & Omit<ComponentProps<"textarea">, "name">) {
  const { frame: about, rest } = split(props);
  const { control, frame } = useFrame(about);
  return frame(<textarea className="input" rows={3} {...control} {...rest} />);
}

interface SelectProps extends FrameProps, Omit<ComponentProps<"select">, "name"> {
  options: readonly (readonly [value: string, label: string])[];
}

export function SelectField(props: SelectProps) {
  const { frame: about, rest } = split(props);
  const { options, ...select } = rest;
  const { control, frame } = useFrame(about);
  return frame(
    <select className="input" {...control} {...(select as ComponentProps<"select">)}>
      {options.map(([value, label]) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>,
  );
}

/** A yes or no that is understood without opening anything. */
export function Switch({ name, label, hint, ...rest }: FrameProps & Omit<ComponentProps<"input">, "name">) {
  const { path: _, isOptional: __, ...input } = rest;
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

/** One of two or three, all in sight. */
export function Segments<Value extends string>({
  name,
  label,
  value,
  options,
  onChoice,
}: {
  name: string;
  label: string;
  value: Value;
  options: readonly (readonly [Value, string])[];
  onChoice: (value: Value) => void;
}) {
  return (
    <fieldset>
      <legend className="unseen">{label}</legend>
      <div className="segments">
        {options.map(([option, text]) => (
          <label key={option}>
            <input
              className="unseen"
              type="radio"
              name={name}
              checked={value === option}
              onChange={() => onChoice(option)}
            />
            {text}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** What stands in a field of a form: trimmed, and null when there is nothing. */
export function textOf(values: FormData, name: string) {
  const value = values.get(name);
  return typeof value === "string" && value.trim() !== "" ? value.trim() : null;
}

export function numberOf(values: FormData, name: string) {
  const text = textOf(values, name);
  return text === null || !Number.isInteger(Number(text)) ? null : Number(text);
}
