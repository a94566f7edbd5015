import { Icon } from "../components/icons";
import { UserText } from "../components/text";
import { useTranslate } from "../i18n/i18n";

interface Props {
  title: string;
  text: string | null;
  sessionMinutes: number;
  isApprovalRequired: boolean;
}

/** What a mentor offers, above the free times. */
export function OfferSummary({ title, text, sessionMinutes, isApprovalRequired }: Props) {
  const t = useTranslate();
  return (
    <div className="stack tight">
      <h3 dir="auto">{title}</h3>
      {text && <UserText text={text} />}
      <ul className="row details">
        <li>
          <Icon name="clock" size={18} /> {t("offer.minutes", { count: sessionMinutes })}
        </li>
        {isApprovalRequired && (
          <li>
            <Icon name="check" size={18} /> {t("offer.approval")}
          </li>
        )}
      </ul>
    </div>
  );
}
