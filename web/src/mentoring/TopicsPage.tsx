import { useEffect, useState } from "react";
import { Heading } from "../app/Heading";
import { lazyDialog } from "../app/lazyDialog";
import { Link, navigate, useSearchParam } from "../app/router";
import { Badge, Button } from "../components/buttons";
import { EmptyState } from "../components/feedback";
import { SegmentedControl, Switch } from "../components/forms";
import { Icon } from "../components/icons";
import { PaginatedList } from "../components/pagination";
import { ServerImage } from "../components/images";
import { useTranslate } from "../i18n/i18n";
import { TopicsDocument, type TopicCardFragment } from "./generated/topics";
import { MentoringTabs } from "./MentoringTabs";
import "./mentoring.css";

const TopicDialog = lazyDialog(() => import("./TopicDialog"), "TopicDialog");

export function TopicsPage() {
  const t = useTranslate();
  const [search, setSearch] = useSearchParam("search");
  const [order, setOrder] = useSearchParam("order");
  const [archived, setArchived] = useSearchParam("archived");
  const [input, setInput] = useState(search);
  const [isCreating, setCreating] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => input !== search && setSearch(input), 300);
    return () => window.clearTimeout(timer);
  });
  return (
    <>
      <Heading title={t("nav.mentoring")}>
        <Button icon="plus" onClick={() => setCreating(true)}>
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
            dir="auto"
            aria-label={t("mentoring.search")}
            placeholder={t("mentoring.search")}
            value={input}
            onChange={(event) => setInput(event.target.value)}
          />
        </div>
        <div className="row apart">
          <SegmentedControl
            name="order"
            label={t("topic.order")}
            value={order === "title" ? "title" : ""}
            options={[
              ["", t("topic.byTime")],
              ["title", t("topic.byTitle")],
            ]}
            onChange={setOrder}
          />
          <Switch
            name="archived"
            label={t("topic.onlyArchived")}
            checked={archived !== ""}
            onChange={(event) => setArchived(event.target.checked ? "1" : "")}
          />
        </div>
        <PaginatedList
          query={TopicsDocument}
          variables={{
            filter: { text: search.trim() || null, isArchived: archived !== "" },
            orderBy: order === "title" ? { field: "TITLE", direction: "ASC" } : null,
            first: 24,
          }}
          pick={(data) => data.topics}
          empty={
            <EmptyState icon="teach" title={t(search ? "topic.none" : "topic.empty")}>
              <p>{t(search ? "topic.noneText" : "topic.emptyText")}</p>
              <Button onClick={() => setCreating(true)}>{t("topic.new")}</Button>
            </EmptyState>
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
        </PaginatedList>
      </search>
      {isCreating && (
        <TopicDialog
          onClose={() => setCreating(false)}
          onSaved={(topic) => navigate(`/mentoring/topics/${topic.id}`)}
        />
      )}
    </>
  );
}

function TopicTile({ topic }: { topic: TopicCardFragment }) {
  const t = useTranslate();
  return (
    <Link className="card flush topic" to={`/mentoring/topics/${topic.id}`}>
      <span className="cover">
        {topic.image ? <ServerImage image={topic.image} size="MEDIUM" alt="" /> : <Icon name="teach" size={36} />}
      </span>
      <span className="stack tight">
        <span className="strong" dir="auto">
          {topic.title}
        </span>
        {topic.description && (
          <span className="soft small clamp" dir="auto">
            {topic.description}
          </span>
        )}
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
