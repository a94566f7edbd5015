import { Button } from "../components/buttons";
import { Dialog } from "../components/dialog";
import { useToast } from "../components/feedback";
import { Form, TextField, textValue } from "../components/forms";
import { useMutation } from "../graphql/hooks";
import { useTranslate } from "../i18n/i18n";
import { UpdateBookingDocument, type BookingDetailsFragment } from "./generated/bookings";

/** Changes where a session takes place. What stays as it is, is not sent: another device may have changed it. */
export function PlaceDialog({ booking, onClose }: { booking: BookingDetailsFragment; onClose: () => void }) {
  const t = useTranslate();
  const toast = useToast();
  const { run, isBusy, problems } = useMutation(UpdateBookingDocument);
  const save = async (values: FormData) => {
    const [location, meetingUrl] = [textValue(values, "location"), textValue(values, "meetingUrl")];
    const input = {
      bookingId: booking.id,
      ...(location !== booking.location && { location }),
      ...(values.has("meetingUrl") && meetingUrl !== booking.meetingUrl && { meetingUrl }),
    };
    if (!(await run({ input }))) return;
    toast(t("place.changed"));
    onClose();
  };
  return (
    <Dialog title={t("place.title")} onClose={onClose}>
      <p className="soft">{t("place.text")}</p>
      <Form problems={problems} onSubmit={save}>
        <TextField
          name="location"
          label={t("form.location")}
          isOptional
          defaultValue={booking.location ?? ""}
        />
        {/* Until a request is approved, the server shows no meeting. */}
        {booking.status !== "REQUESTED" && (
          <TextField
            name="meetingUrl"
            label={t("form.meetingUrl")}
            isOptional
            type="url"
            inputMode="url"
            placeholder="https://"
            defaultValue={booking.meetingUrl ?? ""}
          />
        )}
        <Button submit kind="primary" isBusy={isBusy}>
          {t("action.save")}
        </Button>
      </Form>
    </Dialog>
  );
}
