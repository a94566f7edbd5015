import { useRef, useState } from "react";
import { flushSync } from "react-dom";
import { Heading } from "../app/Heading";
import { Button } from "../components/buttons";
import { Dialog } from "../components/dialog";
import { EmptyState, useToast } from "../components/feedback";
import { Form, TextArea, textValue } from "../components/forms";
import { PaginatedList } from "../components/pagination";
import { RelativeTime, Username } from "../components/people";
import { Name, UserText } from "../components/text";
import { useMutation, useQuery } from "../graphql/hooks";
import { useI18n, useTranslate } from "../i18n/i18n";
import {
  ApproveRegistrationDocument,
  DeclineRegistrationDocument,
  RegistrationRequestsDocument,
  type RegistrationItemFragment,
} from "./generated/registrations";
import { ModerationTabs } from "./ModerationTabs";
import { useModerationFeed } from "./ReportCount";
import "./moderation.css";

const pageSize = 30;

/** The registrations that wait for approval, oldest first. The feed of the page keeps them current. */
export function RegistrationsPage() {
  const t = useTranslate();
  const { data } = useQuery(RegistrationRequestsDocument, { first: pageSize, after: null });
  useModerationFeed(data?.moderation?.eventsCursor);
  const queue = useRef<HTMLDivElement>(null);
  return (
    <>
      <Heading title={t("nav.moderation")} />
      <ModerationTabs />
      <div ref={queue} tabIndex={-1} role="group" aria-label={t("moderation.registrations")}>
        <PaginatedList
          query={RegistrationRequestsDocument}
          variables={{ first: pageSize }}
          pick={(data) => data.moderation?.registrationRequests}
          empty={
            <EmptyState icon="check" title={t("registration.none")}>
              <p>{t("registration.noneText")}</p>
            </EmptyState>
          }
        >
          {(registrations, index) => (
            <ul
              className={index === 0 ? "card flush rows" : "card flush rows next-page"}
              aria-label={t("moderation.registrations")}
            >
              {registrations.map((registration) => (
                <RegistrationRow
                  key={registration.id}
                  registration={registration}
                  // The buttons leave with the row.
                  onDecided={() => queue.current?.focus()}
                />
              ))}
            </ul>
          )}
        </PaginatedList>
      </div>
    </>
  );
}

interface RowProps {
  registration: RegistrationItemFragment;
  onDecided: () => void;
}

function RegistrationRow({ registration, onDecided }: RowProps) {
  const { t, explain } = useI18n();
  const toast = useToast();
  const approve = useMutation(ApproveRegistrationDocument);
  const [isDeclining, setDeclining] = useState(false);
  const { id, username, email, note, createdAt, firstName, lastName, fieldOfStudy, studentNumber, year } = registration;
  const name = [firstName, lastName].filter(Boolean).join(" ") || username;
  const study = [fieldOfStudy, year && t("profile.inYear", { year: String(year) }), studentNumber].filter(Boolean).join(" · ");
  const approveNow = async () => {
    if (!(await approve.run({ input: { registrationRequestId: id } }))) return;
    toast(t("registration.approved", { name }));
    onDecided();
  };
  return (
    <li className="entry registration">
      <div className="grow stack tight">
        <p className="strong">
          <Name text={name} />
        </p>
        <p className="small">
          <Username of={{ username }} /> · <bdi dir="ltr">{email}</bdi>
        </p>
        {study && (
          <p className="soft small">
            <Name text={study} />
          </p>
        )}
        {note && <UserText text={note} />}
        <p className="soft small">
          <RelativeTime at={createdAt} />
        </p>
        <div className="row">
          <Button
            small
            kind="primary"
            icon="check"
            isBusy={approve.isBusy}
            aria-label={t("registration.approveOne", { name })}
            onClick={() => void approveNow()}
          >
            {t("registration.approve")}
          </Button>
          <Button small kind="danger" aria-label={t("registration.declineOne", { name })} onClick={() => setDeclining(true)}>
            {t("registration.decline")}
          </Button>
        </div>
        {approve.problems.map((problem, index) => (
          <p className="fault" role="alert" key={index}>
            {explain(problem)}
          </p>
        ))}
      </div>
      {isDeclining && (
        <DeclineDialog id={id} name={name} onClose={() => setDeclining(false)} onDecided={onDecided} />
      )}
    </li>
  );
}

interface DeclineDialogProps {
  id: string;
  name: string;
  onClose: () => void;
  onDecided: () => void;
}

function DeclineDialog({ id, name, onClose, onDecided }: DeclineDialogProps) {
  const t = useTranslate();
  const toast = useToast();
  const { run, isBusy, problems } = useMutation(DeclineRegistrationDocument);
  const decline = async (values: FormData) => {
    if (!(await run({ input: { registrationRequestId: id, reason: textValue(values, "reason") } }))) return;
    toast(t("registration.declined", { name }));
    // A dialog that closes returns the focus.
    flushSync(onClose);
    onDecided();
  };
  return (
    <Dialog title={t("registration.declineTitle", { name })} onClose={onClose}>
      <p>{t("registration.declineText")}</p>
      <Form problems={problems} onSubmit={(values) => void decline(values)}>
        <TextArea name="reason" label={t("registration.reason")} hint={t("registration.reasonHint")} isOptional />
        <div className="row">
          <Button submit kind="danger" isBusy={isBusy}>
            {t("registration.decline")}
          </Button>
          <Button kind="quiet" onClick={onClose}>
            {t("action.cancel")}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
