// Log in, log out and the file for uploads. The session cookie is shared with the web client. A token in the Headers of
// a tab takes precedence over it.
import { useEffect, useRef, useState, type FormEvent } from "react";
import { useI18n } from "../i18n/i18n";
import { sendRequest, setUploadFile } from "./fetcher";

interface GraphQLResponse {
  data?: {
    viewer?: { user: { username: string } } | null;
    login?: { userErrors: { message: string }[] } | null;
  };
  errors?: { message: string }[];
}

const request = (query: string, variables = {}) => sendRequest({ query, variables }, {}) as Promise<GraphQLResponse>;

async function fetchUsername() {
  const { data } = await request("{ viewer { user { username } } }").catch((): GraphQLResponse => ({}));
  return data?.viewer?.user.username;
}

const logInMutation = /* GraphQL */ `
  mutation LogIn($input: LoginInput!) {
    login(input: $input) {
      userErrors {
        message
      }
    }
  }
`;

export function SessionToolbar() {
  const { t, language } = useI18n();
  const [username, setUsername] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const [fileName, setFileName] = useState<string>();
  const dialog = useRef<HTMLDialogElement>(null);
  const files = useRef<HTMLInputElement>(null);
  const refresh = async () => setUsername(await fetchUsername());
  useEffect(() => void refresh(), []);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const values = new FormData(event.currentTarget);
    const input = {
      identifier: values.get("identifier"),
      password: values.get("password"),
      transport: "COOKIE",
      deviceName: "GraphiQL",
    };
    const { data, errors } = await request(logInMutation, { input }).catch((cause: Error): GraphQLResponse => ({
      errors: [cause],
    }));
    const [error] = [...(errors ?? []), ...(data?.login?.userErrors ?? [])];
    setProblem(error?.message);
    if (error) return;
    dialog.current?.close();
    await refresh();
  };
  const logOut = async () => {
    await request("mutation { logout { isLoggedOut } }").catch(() => {});
    await refresh();
  };
  const selectFile = (file: File | undefined) => {
    setUploadFile(file);
    setFileName(file?.name);
  };
  return (
    <div className="session" lang={language} dir="auto">
      <button type="button" className="graphiql-un-styled" onClick={() => files.current?.click()}>
        {fileName ? t("graphiql.chosen", { name: fileName }) : t("graphiql.file")}
      </button>
      <input
        ref={files}
        type="file"
        hidden
        aria-label={t("graphiql.file")}
        onChange={(event) => selectFile(event.target.files?.[0])}
      />
      {username ? (
        <>
          <span>{username}</span>
          <button type="button" className="graphiql-un-styled" onClick={() => void logOut()}>
            {t("action.logOut")}
          </button>
        </>
      ) : (
        <button type="button" className="graphiql-un-styled" onClick={() => dialog.current?.showModal()}>
          {t("action.logIn")}
        </button>
      )}
      <dialog ref={dialog} className="log-in" aria-label={t("action.logIn")}>
        <form onSubmit={submit}>
          <label>
            {t("logIn.identifier")}
            <input name="identifier" autoComplete="username" required />
          </label>
          <label>
            {t("account.password")}
            <input name="password" type="password" autoComplete="current-password" required />
          </label>
          <p role="alert">{problem}</p>
          <button type="submit">{t("action.logIn")}</button>
          <button type="button" onClick={() => dialog.current?.close()}>
            {t("action.cancel")}
          </button>
        </form>
      </dialog>
    </div>
  );
}
