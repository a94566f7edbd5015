import { useEffect, useState } from "react";
import { Heading } from "../app/Heading";
import { Link, navigate, useSearch } from "../app/router";
import { Badge, Button } from "../components/buttons";
import { Empty } from "../components/feedback";
import { Icon } from "../components/icons";
import { Pages } from "../components/pages";
import { Photo } from "../components/pictures";
import { useText } from "../i18n/language";
import { TopicsDocument, type TopicCardFragment } from "./generated/topics";
import { MentoringTabs } from "./MentoringTabs";
import { TopicDialog } from "./TopicDialog";
import "./mentoring.css";

export function TopicsPage() {
  const t = useText();
  const [search, setSearch] = useSearch("search");
  const [typed, setTyped] = useState(search);
  const [isNew, setNew] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => typed !== search && setSearch(typed), 300);
    return () => window.clearTimeout(timer);
  });
  return (
    <>
      <Heading title={t("nav.mentoring")}>
        <Button icon="plus" onClick={() => setNew(true)}>
          {t("topic.new")}
        </Button>
      </Heading>
      <MentoringTabs />
      <search className="stack">
        <div className="search">
          <Icon name="search" />
          <input
            className="input"
            type="search"
            aria-label={t("mentoring.search")}
            placeholder={t("mentoring.search")}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </div>
        <Pages
          query={TopicsDocument}
          variables={{ search: search.trim() || null, first: 24 }}
          pick={(data) => data.topics}
          empty={
            <Empty icon="teach" title={t("topic.none")}>
              <p>{t("topic.noneText")}</p>
              <Button onClick={() => setNew(true)}>{t("topic.new")}</Button>
            </Empty>
          }
        >
          {(topics) => (
            <ul className="topics">
              {topics.map((topic) => (
                <li key={topic.id}>
                  <TopicTile topic={topic} />
                </li>
              ))}
            </ul>
          )}
        </Pages>
      </search>
      {isNew && (
        <TopicDialog onClose={() => setNew(false)} onSaved={(topic) => navigate(`/mentoring/topics/${topic.id}`)} />
      )}
    </>
  );
}

function TopicTile({ topic }: { topic: TopicCardFragment }) {
  const t = useText();
  return (
    <Link className="card flush topic" to={`/mentoring/topics/${topic.id}`}>
      <span className="cover">
        {topic.image ? <Photo image={topic.image} size="MEDIUM" alt="" /> : <Icon name="teach" size={36} />}
      </span>
      <span className="stack tight">
        <span className="strong">{topic.title}</span>
        {topic.description && <span className="soft small clamp">{topic.description}</span>}
        <span className="row">
          <Badge tone={topic.mentorCount > 0 ? "accent" : "plain"}>
            {t("topic.mentors", { count: topic.mentorCount })}
          </Badge>
          {topic.isArchived && <Badge tone="warn">{t("topic.archived")}</Badge>}
        </span>
      </span>
    </Link>
  );
}
