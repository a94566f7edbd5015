//! Nothing of a member is left out of an export by accident.

use std::collections::BTreeSet;

use rstest::rstest;
use studyhall::db::transfer::{LEFT_OUT, NOT_EXPORTED, SECTIONS, Snapshot, TABLES, TableShape};

use crate::support::{Campus, Engine};

async fn tables(engine: Engine) -> Vec<TableShape> {
    let campus = Campus::start(engine).await;
    let snapshot = Snapshot::open(&campus.app.config.direct_database_url()).await.expect("a snapshot");
    let tables = snapshot.tables.clone();
    snapshot.close().await;
    tables
}

#[rstest]
#[tokio::test]
async fn every_column_of_a_member_is_exported_or_left_out_for_a_reason(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let shapes = tables(engine).await;
    let mut left_out = BTreeSet::new();
    for path in LEFT_OUT.iter().flat_map(|(paths, _)| *paths) {
        assert!(left_out.insert((*path).to_owned()), "LEFT_OUT names {path} twice");
    }
    for table in TABLES.iter().filter(|table| !table.person.is_empty()) {
        let shape = shapes.iter().find(|shape| shape.name == table.name).expect("the table exists");
        let sections: Vec<_> = SECTIONS.iter().filter(|section| section.table == table.name).collect();
        if sections.is_empty() {
            assert!(
                left_out.remove(table.name),
                "are the rows of {} part of an export? Either `SECTIONS` has them, or `LEFT_OUT` says why not",
                table.name
            );
            continue;
        }
        for column in shape.columns.iter().map(|column| column.name.as_str()) {
            let path = format!("{}.{column}", table.name);
            let is_exported = sections.iter().any(|section| {
                section.person.contains(&column) || section.fields.iter().any(|field| field.column == column)
            });
            assert_ne!(
                is_exported,
                left_out.remove(&path),
                "is {path} part of an export? Either `SECTIONS` has it, or `LEFT_OUT` says why not"
            );
        }
    }
    assert!(left_out.is_empty(), "LEFT_OUT names what does not exist, or is not of a member: {left_out:?}");
    for section in SECTIONS {
        let table = TABLES.iter().find(|table| table.name == section.table).expect("the table is listed");
        assert!(section.person.iter().all(|column| table.person.contains(column)), "{}", section.name);
        let shape = shapes.iter().find(|shape| shape.name == section.table).expect("the table exists");
        for column in section.fields.iter().flat_map(|field| [Some(field.column), field.only_of]).flatten() {
            assert!(shape.position(column).is_some(), "{}.{column} does not exist", section.table);
        }
    }
}

/// Not every column with an account has a foreign key: logs outlive their accounts.
#[rstest]
#[tokio::test]
async fn every_column_with_an_account_is_of_a_member_or_says_why_not(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let not_exported: BTreeSet<&str> = NOT_EXPORTED.iter().map(|(path, _)| *path).collect();
    let of_members = TABLES.iter().flat_map(|table| table.person).copied();
    let of_others = not_exported.iter().filter_map(|path| Some(path.split_once('.')?.1));
    let names: BTreeSet<&str> = of_members.chain(of_others).filter(|name| *name != "id").collect();
    assert!(names.contains("actor_id") && names.contains("student_id"), "{names:?}");
    let mut found = BTreeSet::new();
    for shape in tables(engine).await {
        let table = TABLES.iter().find(|table| table.name == shape.name).expect("the table is listed");
        for column in shape.columns.iter().map(|column| column.name.as_str()).filter(|name| names.contains(name)) {
            let path = format!("{}.{column}", shape.name);
            assert_ne!(
                table.person.contains(&column),
                not_exported.contains(path.as_str()),
                "are the rows with {path} those of a member? Either the table's line in `src/db/transfer/tables.rs` names \
                 the column, or NOT_EXPORTED says why not"
            );
            found.insert(path);
        }
    }
    let unknown: Vec<_> = not_exported.iter().filter(|path| !found.contains(**path)).collect();
    assert!(unknown.is_empty(), "NOT_EXPORTED names what does not exist: {unknown:?}");
}
