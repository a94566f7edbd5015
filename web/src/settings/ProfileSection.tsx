import { useRef, useState } from "react";
import { useClient } from "urql";
import { Button } from "../components/buttons";
import { useToast } from "../components/feedback";
import { numberOf, Problems, TextArea, TextField, textOf } from "../components/forms";
import { Avatar } from "../components/pictures";
import { TagField } from "../components/tags";
import { UploadImageDocument } from "../graphql/generated/shared";
import { useWrite, write } from "../graphql/hooks";
import type { Problem } from "../graphql/problems";
import { useText } from "../i18n/language";
import {
  RemoveAvatarDocument,
  SetAvatarDocument,
  UpdateProfileDocument,
  type MyProfileQuery,
} from "./generated/settings";
import { Mine, Saved } from "./parts";

type Me = NonNullable<MyProfileQuery["viewer"]>["user"];

export function ProfileSection() {
  return (
    <Mine>
      {({ user }) => (
        <>
          <Portrait user={user} />
          <Words user={user} />
        </>
      )}
    </Mine>
  );
}

function Portrait({ user }: { user: Me }) {
  const t = useText();
  const client = useClient();
  const input = useRef<HTMLInputElement>(null);
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const [isBusy, setBusy] = useState(false);

  const choose = async (file: File | undefined) => {
    if (!file) return;
    setBusy(true);
    const upload = await write(client, UploadImageDocument, { input: { file } });
    const image = upload.payload?.image;
    const set = image && (await write(client, SetAvatarDocument, { input: { imageId: image.id } }));
    setProblems(set?.problems ?? upload.problems);
    setBusy(false);
  };
  const remove = async () => setProblems((await write(client, RemoveAvatarDocument, {})).problems);
  return (
    <section className="card stack">
      <h2>{t("profile.picture")}</h2>
      <Problems problems={problems} />
      <div className="portrait">
        <Avatar person={user} size={88} />
        <div className="row">
          <Button icon="image" isBusy={isBusy} onClick={() => input.current?.click()}>
            {t(user.avatar ? "profile.changePicture" : "profile.addPicture")}
          </Button>
          {user.avatar && (
            <Button kind="quiet" onClick={() => void remove()}>
              {t("profile.removePicture")}
            </Button>
          )}
        </div>
        <input
          ref={input}
          hidden
          type="file"
          accept="image/jpeg,image/png,image/webp,image/gif"
          aria-label={t("profile.picture")}
          onChange={(event) => {
            void choose(event.target.files?.[0]);
            event.target.value = "";
          }}
        />
      </div>
    </section>
  );
}

function Words({ user }: { user: Me }) {
  const t = useText();
  const toast = useToast();
  const { run, isBusy, problems } = useWrite(UpdateProfileDocument);
  const [skills, setSkills] = useState<string[]>([...user.skills]);
  const save = async (values: FormData) => {
    const input = {
      firstName: textOf(values, "firstName"),
      lastName: textOf(values, "lastName"),
      fieldOfStudy: textOf(values, "fieldOfStudy"),
      year: numberOf(values, "year"),
      about: textOf(values, "about"),
      skills,
    };
    if (await run({ input })) toast(t("state.saved"));
  };
  return (
    <Saved title={t("profile.words")} problems={problems} isBusy={isBusy} onSave={save}>
      <div className="pair">
        <TextField
          name="firstName"
          label={t("profile.firstName")}
          defaultValue={user.firstName ?? ""}
          autoComplete="given-name"
        />
        <TextField
          name="lastName"
          label={t("profile.lastName")}
          defaultValue={user.lastName ?? ""}
          autoComplete="family-name"
        />
      </div>
      <div className="pair">
        <TextField name="fieldOfStudy" label={t("profile.fieldOfStudy")} defaultValue={user.fieldOfStudy ?? ""} />
        <TextField
          name="year"
          label={t("profile.year")}
          type="number"
          min={1}
          inputMode="numeric"
          defaultValue={user.year ?? ""}
        />
      </div>
      <TagField
        path="skills"
        label={t("profile.skills")}
        hint={t("profile.skillsHint")}
        tags={skills}
        onChange={setSkills}
      />
      <TextArea name="about" label={t("profile.about")} rows={5} defaultValue={user.about ?? ""} />
    </Saved>
  );
}
