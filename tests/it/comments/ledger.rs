//! The number of comments that a member sees is true after every sequence of changes.

use std::collections::{BTreeMap, BTreeSet};

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::random::{Random, seed, steps};
use crate::support::{Campus, Engine, Person};

/// How many changes the suite makes on each engine. `TEST_STEPS` is another number, `TEST_SEED` the seed.
const STEPS: usize = 200;

const USERS: usize = 5;
const POSTS: usize = 3;

/// After this many changes the counts are compared.
const CHECK_INTERVAL: usize = 10;

type User = usize;

struct Comment {
    id: Value,
    author: User,
}

struct Post {
    id: Value,
    author: User,
    comments: Vec<Comment>,
}

struct Model {
    campus: Campus,
    moderator: Person,
    random: Random,
    people: BTreeMap<User, Person>,
    next_user: User,
    posts: Vec<Post>,
    blocks: BTreeSet<(User, User)>,
}

impl Model {
    async fn start(engine: Engine, seed: u64) -> Self {
        let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
        let mut model = Self {
            moderator: campus.moderator("mod").await,
            campus,
            random: Random::new(seed),
            people: BTreeMap::new(),
            next_user: 0,
            posts: Vec::new(),
            blocks: BTreeSet::new(),
        };
        for _ in 0..USERS {
            model.register().await;
        }
        model
    }

    async fn register(&mut self) {
        self.people.insert(self.next_user, self.campus.member(&format!("user{}", self.next_user)).await);
        self.next_user += 1;
    }

    fn pick_user(&mut self) -> User {
        let users: Vec<User> = self.people.keys().copied().collect();
        self.random.pick(&users).expect("there are users")
    }

    fn is_hidden(&self, one: User, other: User) -> bool {
        self.blocks.contains(&(one, other)) || self.blocks.contains(&(other, one))
    }

    async fn step(&mut self) {
        match self.random.below(100) {
            0..50 => self.comment().await,
            50..62 => self.delete_comment().await,
            62..70 => self.remove_comment().await,
            70..80 => self.block().await,
            80..92 => self.unblock().await,
            92..97 => self.delete_post().await,
            _ => self.delete_account().await,
        }
        while self.posts.len() < POSTS {
            let author = self.pick_user();
            let id = self.people[&author].publish("A post").await;
            self.posts.push(Post { id, author, comments: Vec::new() });
        }
    }

    async fn comment(&mut self) {
        let user = self.pick_user();
        let posts: Vec<usize> =
            (0..self.posts.len()).filter(|post| !self.is_hidden(user, self.posts[*post].author)).collect();
        let Some(post) = self.random.pick(&posts) else { return };
        let visible: Vec<usize> = (0..self.posts[post].comments.len())
            .filter(|at| !self.is_hidden(user, self.posts[post].comments[*at].author))
            .collect();
        let (person, id) = (&self.people[&user], &self.posts[post].id);
        let comment = match self.random.pick(&visible).filter(|_| self.random.below(3) == 0) {
            Some(at) => person.reply_to_comment(id, &self.posts[post].comments[at].id, "A reply").await,
            None => person.comment(id, "A comment").await,
        };
        self.posts[post].comments.push(Comment { id: comment, author: user });
    }

    /// Picks any comment: its post and its position.
    fn pick_comment(&mut self) -> Option<(usize, usize)> {
        let all = self.posts.iter().enumerate();
        let all: Vec<_> = all.flat_map(|(post, found)| (0..found.comments.len()).map(move |at| (post, at))).collect();
        self.random.pick(&all)
    }

    /// The author of the comment deletes it, or the author of the post.
    async fn delete_comment(&mut self) {
        let Some((post, at)) = self.pick_comment() else { return };
        let comment = &self.posts[post].comments[at];
        let (author, host) = (comment.author, self.posts[post].author);
        let user = if self.random.below(2) == 0 || self.is_hidden(author, host) { author } else { host };
        let answer = self.people[&user].delete_comment(&self.posts[post].comments[at].id).await;
        assert_eq!(answer.refusals("deleteComment"), [""; 0]);
        self.posts[post].comments.remove(at);
    }

    /// A moderator removes it because of a report.
    async fn remove_comment(&mut self) {
        let Some((post, at)) = self.pick_comment() else { return };
        let user = self.pick_user();
        let (author, host) = (self.posts[post].comments[at].author, self.posts[post].author);
        if self.is_hidden(user, author) || self.is_hidden(user, host) || user == author {
            return;
        }
        let comment = self.posts[post].comments.remove(at);
        self.moderator.remove_reported(&self.people[&user], &comment.id).await;
    }

    async fn block(&mut self) {
        let (one, other) = (self.pick_user(), self.pick_user());
        if one != other && !self.is_hidden(one, other) {
            self.people[&one].block(&self.people[&other]).await;
            self.blocks.insert((one, other));
        }
    }

    async fn unblock(&mut self) {
        let blocks: Vec<(User, User)> = self.blocks.iter().copied().collect();
        let Some((one, other)) = self.random.pick(&blocks) else { return };
        self.people[&one].unblock(&self.people[&other]).await;
        self.blocks.remove(&(one, other));
    }

    async fn delete_post(&mut self) {
        let post = self.random.below(self.posts.len().max(1));
        if self.posts.is_empty() {
            return;
        }
        let post = self.posts.remove(post);
        let answer = self.people[&post.author].delete_post(&post.id).await;
        assert_eq!(answer.refusals("deletePost"), [""; 0]);
    }

    async fn delete_account(&mut self) {
        let user = self.pick_user();
        self.people[&user].delete_account().await;
        self.people.remove(&user);
        self.blocks.retain(|(one, other)| *one != user && *other != user);
        self.posts.retain(|post| post.author != user);
        for post in &mut self.posts {
            post.comments.retain(|comment| comment.author != user);
        }
        self.register().await;
    }

    /// Compares what the users see with the model.
    async fn check(&self, step: usize) {
        let query =
            "query($id: ID!) { post(id: $id) { commentCount comments(first: 100) { totalCount nodes { id } } } }";
        for (user, person) in &self.people {
            for post in self.posts.iter().filter(|post| !self.is_hidden(*user, post.author)) {
                let seen = person.execute(query, json!({ "id": post.id })).await.field("post");
                let visible = post.comments.iter().filter(|comment| !self.is_hidden(*user, comment.author));
                let nodes: Vec<Value> = visible.map(|comment| json!({ "id": comment.id })).collect();
                let comments = json!({ "totalCount": nodes.len(), "nodes": nodes[..nodes.len().min(100)] });
                assert_eq!(seen, json!({ "commentCount": nodes.len(), "comments": comments }), "after {step} changes");
            }
        }
    }
}

#[rstest]
#[tokio::test]
async fn comment_counts_equal_those_of_a_model_after_random_changes(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let mut model = Model::start(engine, seed()).await;
    for step in 0..steps(STEPS) {
        model.step().await;
        if step % CHECK_INTERVAL == CHECK_INTERVAL - 1 {
            model.check(step).await;
        }
    }
}
