// How long a lock lasts: a choice of usual durations, a date, or without an end.
import { useState } from "react";
import { useSession } from "../accounts/session";
import { SelectField, TextField, textValue } from "../components/forms";
import { useI18n } from "../i18n/i18n";
import { addDays, dateInZone, formatDuration, zonedInstant } from "../i18n/time";

const durations = ["1", "7", "30"];

/** `path` is that of the end in the problems of the form. */
export function LockEndFields({ path }: { path: string }) {
  const { t, language } = useI18n();
  const { zone } = useSession();
  const [choice, setChoice] = useState("7");
  return (
    <div className="pair">
      <SelectField
        name="lockFor"
        path={path}
        label={t("lock.duration")}
        value={choice}
        onChange={(event) => setChoice(event.target.value)}
        options={[
          ...durations.map((days) => [days, formatDuration(Number(days) * 1440, language)] as const),
          ["date", t("lock.untilDate")] as const,
          ["", t("lock.forever")] as const,
        ]}
      />
      {choice === "date" && (
        <TextField
          name="lockDate"
          label={t("lock.date")}
          type="date"
          defaultValue={addDays(dateInZone(new Date(), zone), 90)}
        />
      )}
    </div>
  );
}

/** The end as an instant, and null for a lock without an end. A date ends at midnight. */
export function readLockEnd(values: FormData, zone: string) {
  const choice = textValue(values, "lockFor");
  if (choice === null) return null;
  if (choice !== "date") return new Date(Date.now() + Number(choice) * 86_400_000).toISOString();
  const day = textValue(values, "lockDate");
  // Without a date, the server refuses a lock that ended long ago, beside the field.
  return day ? zonedInstant(addDays(day), "00:00", zone).toISOString() : new Date(0).toISOString();
}
