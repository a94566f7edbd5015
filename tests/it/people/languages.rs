//! What people type in several languages, and the members that it finds.

use rstest::rstest;
use serde_json::{Value, json};

use super::{member_with, search_usernames};
use crate::support::{Campus, Engine};

#[rstest]
#[tokio::test]
async fn a_member_is_found_by_what_people_type_in_their_language(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let name = |first: &str, last: &str| json!({ "firstName": first, "lastName": last });
    let skills = |skills: &[&str]| json!({ "skills": skills });
    let golden: &[(&str, Value, &[&str])] = &[
        ("anamaria1", name("Anamaria", "Popovici"), &["anamaria p", "a. popovici", "anamaria popovici-", "pop ana"]),
        (
            "thai1",
            json!({ "fieldOfStudy": "วิศวกรรมคอมพิวเตอร์", "about": "ชอบออกแบบฐานข้อมูล" }),
            &["คอมพิวเตอร์", "ฐานข้อมูล", "วิศว"],
        ),
        ("thai2", name("สมชาย", "น้ำทิพย์"), &["สม", "นำ้ทิพย์", "สมชายน้ำทิพย์", "น้ำทิพย์ ส"]),
        (
            "chinese1",
            json!({ "firstName": "小明", "lastName": "王", "about": "数据库和科学" }),
            &["王小明", "明", "数据库", "科学", "小明 王"],
        ),
        ("korean1", name("민지", "김"), &["김민지", "김민", "김ㅁ", "ㄱㅁㅈ", "기", "민지 김"]),
        ("arabic1", name("أمل", "الخوري"), &["امل", "خوري", "الخوري امل"]),
        ("arabic2", name("عبد الله", "کریمی"), &["عبدالله", "كريمي", "عبد الله كر"]),
        ("arabic3", name("مُحَمَّد", "ليـــلى"), &["محمد", "ليلى", "محمد ليلي"]),
        ("arabic4", name("سارة", "هدى آية"), &["ساره", "هدي", "ايه"]),
        ("pieces1", name("Karim", "Ben Ali"), &["benali", "karim benali", "ben ali", "benal"]),
        ("pieces2", name("Samir", "Benali"), &["samir ben ali", "ben ali s"]),
        ("pieces3", name("Rami", "El-Khoury"), &["elkhoury", "rami khoury", "el khoury"]),
        ("pieces4", name("Nadia", "Elkhoury"), &["nadia khoury", "nadia el-khoury"]),
        ("pieces5", name("Fatima", "Khoury"), &["fatima el-khoury", "fatima elkhoury"]),
        ("pieces6", name("Idir", "Aït Ahmed"), &["aitahmed", "ait ahmed"]),
        ("pieces7", name("Abd el-Kader", "Bey"), &["abdelkader", "abd el kader", "kader bey"]),
        (
            "pieces8",
            name("Anne-Marie", "van der Berg"),
            &["annemarie", "vanderberg", "anne marie berg", "van der berg a"],
        ),
        ("pieces9", name("Ronald", "McDonald"), &["mc donald", "ronald donald", "mcd"]),
        ("pieces10", name("Sean", "O'Neil"), &["onei", "o'nei", "o’neil", "o neil"]),
        ("pieces11", name("Na\u{2BC}im", "Haddad"), &["na'im", "naim", "na’im haddad"]),
        ("german1", name("Jörg", "Müller"), &["joer", "muell", "jorg muller", "jörg müll", "mueller joerg"]),
        ("german2", name("Joerg", "Mueller"), &["jörg müll", "müll joerg"]),
        ("serbian1", name("Đorđe", "Đoković"), &["djordje", "dorde", "đor", "djok"]),
        ("azeri1", name("Səməd", "Əliyev"), &["samad", "semed", "aliyev", "eliyev"]),
        ("dotted.name", name("Quirin", "Zabel"), &["dottedname", "quirin m zabel", "quirin zabel zzyzx"]),
        ("skills1", skills(&["Node.js", "Vue.js"]), &["nodejs", "node.js", "Node", "vuejs"]),
        ("skills2", skills(&["NodeJS"]), &["node.js", "node"]),
        ("skills3", skills(&["Node"]), &["nodejs", "node.js"]),
        ("skills4", skills(&["PostgreSQL", "Ruby on Rails"]), &["sql", "postgres", "rails"]),
    ];
    for (username, profile, _) in golden {
        member_with(&campus, username, profile.clone()).await;
    }
    let reader = campus.member("reader").await;
    for (username, _, typed) in golden {
        for text in *typed {
            let found = search_usernames(&reader, json!({ "text": text })).await;
            assert!(found.contains(&(*username).to_owned()), "{text:?} does not find {username}, but {found:?}");
        }
    }
    let filters: &[(Value, &[&str])] = &[
        (json!({ "skills": ["nodejs"] }), &["skills1", "skills2", "skills3"]),
        (json!({ "skills": ["node.js", "vue"] }), &["skills1"]),
        (json!({ "skills": ["rails", "sql"] }), &["skills4"]),
        (json!({ "fieldOfStudy": "คอมพิวเตอร์" }), &["thai1"]),
        (json!({ "fieldOfStudy": "ว" }), &["thai1"]),
        (json!({ "name": "김" }), &["korean1"]),
        (json!({ "name": "anamaria zzyzx" }), &["anamaria1"]),
        (json!({ "name": "zzyzx", "text": "node" }), &[]),
    ];
    for (filter, expected) in filters {
        assert_eq!(search_usernames(&reader, filter.clone()).await, *expected, "{filter}");
    }
}

#[rstest]
#[tokio::test]
async fn a_name_that_is_found_by_its_beginning_is_found_by_every_longer_one(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let names = [
        ("Anamaria", "Popovici"),
        ("Anne-Marie", "O'Neil"),
        ("Karim", "Ben Ali"),
        ("Jörg", "Weiß"),
        ("สมชาย", "น้ำทิพย์"),
        ("محمد", "الخوري"),
        ("민지", "김"),
    ];
    for (index, (first, last)) in names.into_iter().enumerate() {
        member_with(&campus, &format!("member{index}"), json!({ "firstName": first, "lastName": last })).await;
    }
    let reader = campus.member("reader").await;
    for (index, (first, last)) in names.into_iter().enumerate() {
        let typed: Vec<char> = format!("{first} {last}").chars().collect();
        for length in 1..=typed.len() {
            let text: String = typed[..length].iter().collect();
            let found = search_usernames(&reader, json!({ "text": text })).await;
            assert!(found.contains(&format!("member{index}")), "{text:?} {found:?}");
        }
    }
}
