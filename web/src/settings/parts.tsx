// What the sections of the settings have in common.
import type { ReactNode } from "react";
import { Button } from "../components/buttons";
import { Loaded } from "../components/feedback";
import { Form } from "../components/forms";
import { useRead } from "../graphql/hooks";
import type { Problem } from "../graphql/problems";
import { useText } from "../i18n/language";
import { MyProfileDocument, type MyProfileQuery } from "./generated/settings";

/** Sections about what the viewer shows of themselves. */
export function Mine({ children }: { children: (viewer: NonNullable<MyProfileQuery["viewer"]>) => ReactNode }) {
  const reading = useRead(MyProfileDocument, {});
  return (
    <Loaded reading={reading} pick={(data) => data.viewer}>
      {(viewer) => <div className="stack wide">{children(viewer)}</div>}
    </Loaded>
  );
}

interface SavedProps {
  title: string;
  text?: string;
  problems: readonly Problem[];
  isBusy: boolean;
  onSave: (values: FormData) => void;
  children: ReactNode;
}

/** A section whose fields are saved together. */
export function Saved({ title, text, problems, isBusy, onSave, children }: SavedProps) {
  const t = useText();
  return (
    <section className="card stack">
      <div>
        <h2>{title}</h2>
        {text && <p className="soft small">{text}</p>}
      </div>
      <Form problems={problems} onSubmit={onSave}>
        {children}
        <div>
          <Button submit kind="primary" isBusy={isBusy}>
            {t("action.save")}
          </Button>
        </div>
      </Form>
    </section>
  );
}
