import { useSession } from "../accounts/session";
import { Button } from "../components/buttons";
import { useI18n } from "../i18n/i18n";
import { formatDateTime } from "../i18n/time";
import type { FreeSlotFragment } from "./generated/offers";

interface AlternativeSlotsProps {
  /** The payload of a booking that was refused. */
  rejected: { userErrors: readonly { alternativeSlots: readonly FreeSlotFragment[] }[] } | undefined | null;
  onPick: (slot: FreeSlotFragment) => void;
}

/** The nearest slots that can be booked instead of one that is taken. */
export function AlternativeSlots({ rejected, onPick }: AlternativeSlotsProps) {
  const { t, language } = useI18n();
  const { zone } = useSession();
  const slots = rejected?.userErrors.flatMap(({ alternativeSlots }) => alternativeSlots) ?? [];
  if (slots.length === 0) return null;
  return (
    <section aria-label={t("slots.alternatives")}>
      <h3>{t("slots.alternatives")}</h3>
      <ul className="row wrap">
        {slots.map((slot) => (
          <li key={slot.startsAt}>
            <Button onClick={() => onPick(slot)}>{formatDateTime(slot.startsAt, language, zone)}</Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
