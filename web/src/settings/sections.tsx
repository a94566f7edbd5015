// Shared parts of the settings sections.
import type { ReactNode } from "react";
import { Button } from "../components/buttons";
import { QueryView } from "../components/feedback";
import { Form } from "../components/forms";
import { useQuery } from "../graphql/hooks";
import type { Problem } from "../graphql/problems";
import { useTranslate } from "../i18n/i18n";
import { MyProfileDocument, type MyProfileQuery } from "./generated/settings";

/** Loads the viewer's profile, links and contact details. */
export function ProfileQueryView({
  children,
}: {
  children: (viewer: NonNullable<MyProfileQuery["viewer"]>) => ReactNode;
}) {
  const query = useQuery(MyProfileDocument, {});
  return (
    <QueryView query={query} pick={(data) => data.viewer}>
      {(viewer) => <div className="stack wide">{children(viewer)}</div>}
    </QueryView>
  );
}

interface FormSectionProps {
  title: string;
  text?: string;
  problems: readonly Problem[];
  isBusy: boolean;
  onSave: (values: FormData) => void;
  children: ReactNode;
}

/** A card with fields that are saved together. */
export function FormSection({ title, text, problems, isBusy, onSave, children }: FormSectionProps) {
  const t = useTranslate();
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
