import { Fragment, useState } from "react";
import { Heading } from "../app/Heading";
import { Button, LinkButton } from "../components/buttons";
import { download } from "../components/download";
import { joinList, useI18n, type I18n } from "../i18n/i18n";
import { deviceTimeZone, formatDateTime } from "../i18n/time";
import { readReceipt, type Receipt } from "./receipt";
import "./settings.css";

type Item = Receipt["items"][number];

const counts = ["deletedCount", "anonymisedCount", "keptCount"] as const;

/** Kinds that are added later have their name in the schema. */
const nameOf = ({ kind }: Item, { t, has }: I18n) => {
  const key = `data.${kind}`;
  return has(key) ? t(key) : kind;
};

/** What was deleted, kept without the name, and kept, as a table and as a file. */
export function AccountDeletedPage() {
  const i18n = useI18n();
  const { t, language } = i18n;
  const [receipt] = useState(readReceipt);
  // Kinds of which there was nothing are left out.
  const items = receipt?.items.filter((item) => counts.some((count) => item[count] > 0)) ?? [];
  const deletedAt = receipt && formatDateTime(receipt.deletedAt, language, deviceTimeZone);
  const save = () => {
    const lines = items.map((item) =>
      [
        `${nameOf(item, i18n)}:`,
        joinList(counts.map((count) => `${t(`receipt.${count}`)} ${item[count]}`)),
        item.keptReason && `(${item.keptReason})`,
      ]
        .filter(Boolean)
        .join(" "),
    );
    download({ name: "studyhall-receipt.txt", text: [t("account.deleted"), deletedAt, "", ...lines, ""].join("\n") });
  };
  return (
    <>
      <Heading title={t("account.deleted")} />
      <div className="stack wide">
        {receipt && (
          <section className="card stack" aria-labelledby="receipt">
            <div>
              <h2 id="receipt">{t("receipt.title")}</h2>
              <p className="soft small">{t("receipt.text", { time: deletedAt ?? "" })}</p>
            </div>
            <table className="receipt">
              <thead>
                <tr>
                  <th scope="col">{t("receipt.kind")}</th>
                  {counts.map((count) => (
                    <th scope="col" key={count}>
                      {t(`receipt.${count}`)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {items.map((item) => (
                  <Fragment key={item.kind}>
                    <tr>
                      <th scope="row">{nameOf(item, i18n)}</th>
                      {counts.map((count) => (
                        <td key={count}>{item[count].toLocaleString(language)}</td>
                      ))}
                    </tr>
                    {item.keptReason && (
                      <tr className="reason">
                        <td className="soft small" colSpan={counts.length + 1}>
                          {item.keptReason}
                        </td>
                      </tr>
                    )}
                  </Fragment>
                ))}
              </tbody>
            </table>
            <div>
              <Button icon="download" onClick={save}>
                {t("receipt.save")}
              </Button>
            </div>
          </section>
        )}
        <div>
          <LinkButton to="/">{t("notFound.home")}</LinkButton>
        </div>
      </div>
    </>
  );
}
