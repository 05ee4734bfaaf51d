//! Tests: frequent statements use their index and never read a whole table, which holds
//! old rows, too.

use sqlx::{AssertSqlSafe, Row};

use super::ask::ASK;
use super::database::Store;
use super::followed::{FOLLOWED, FOLLOWED_AT};
use super::orders::{BY_KEY, OF_TASK};
use super::recent::RECENT;
use super::retention::{BEYOND, REMOVE_UNKNOWN, UNKNOWN};
use super::{postgres, sqlite};
use crate::domain::secret::Secret;

/// Statements that insert 20,000 rows, of which every twentieth is due.
const ROWS: [&str; 2] = [
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) \
     INSERT INTO tasks (id, revision, snapshot, answered, known, failures, troubled, watched_since, give_up_at, \
         next_poll_at, attempt, family, model, state, title, claimed, requests) \
     SELECT 't' || i, 0, '{}', 0, 0, 0, 0, 0, 0, CASE WHEN i % 20 = 0 THEN i END, 0, '', '', '', '', 0, 0 FROM n",
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) \
     INSERT INTO watches (id, task_id, application_id, channel_id, user_id, locale, private, notify, reach, \
         token, token_expires_at, spoiler, embeds, upload_limit, shown_revision, failures, untold, state, created_at, own_locale, wanted_revision, \
         next_delivery_at, attempt, claimed) \
     SELECT i, 't1', 0, 0, 0, '', 0, '', '', '', 0, 0, 0, 0, 0, 0, 0, '', 0, '', 0, CASE WHEN i % 20 = 0 THEN i END, 0, 0 FROM n",
];

async fn filled(url: String) -> Store {
    let store = Store::open(&Secret::new(url)).await.unwrap();
    for rows in ROWS {
        sqlx::query(rows)
            .execute(&mut **store.connection().await.unwrap())
            .await
            .unwrap();
    }
    sqlx::query("ANALYZE")
        .execute(&mut **store.connection().await.unwrap())
        .await
        .unwrap();
    store
}

#[tokio::test]
async fn claims_use_their_index_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(format!("sqlite://{}/bot.db", folder.path().display())).await;
    let claims = [
        ("tasks", sqlite::CLAIM_TASKS),
        ("watches", sqlite::CLAIM_WATCHES),
    ];
    for (table, claim) in claims {
        let explain = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {claim}"));
        let rows = sqlx::query(explain)
            .bind(1_i64)
            .bind(2_i64)
            .bind(3_i64)
            .fetch_all(&mut **store.connection().await.unwrap())
            .await
            .unwrap();
        let plan: String = rows
            .iter()
            .map(|row| row.get::<String, _>("detail") + "\n")
            .collect();
        assert!(plan.contains(&format!("{table}_due")), "{plan}");
        assert!(!plan.contains("SCAN"), "{plan}");
    }
}

#[tokio::test]
async fn what_is_looked_for_often_is_found_by_its_index() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(format!("sqlite://{}/bot.db", folder.path().display())).await;
    let queries = [
        (FOLLOWED, "COVERING INDEX watches_running_of_user"),
        (FOLLOWED_AT, "COVERING INDEX watches_running_of_user"),
        (RECENT, "COVERING INDEX watches_running_of_user"),
        (RECENT, "COVERING INDEX watches_over_of_user"),
        (UNKNOWN, "tasks_unknown"),
        (REMOVE_UNKNOWN, "tasks_unknown"),
        (BEYOND, "watches_over_of_user"),
        (ASK, "watches_running_of_caller"),
        (ASK, "watches_running_of_user"),
        (BY_KEY, "watches_by_request"),
        (OF_TASK, "watches_of_task"),
    ];
    for (query, index) in queries {
        let explain = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {query}"));
        let rows = sqlx::query(explain)
            .fetch_all(&mut **store.reading().await.unwrap())
            .await
            .unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
        assert!(plan.iter().any(|step| step.contains(index)), "{plan:?}");
        let whole = |step: &String| step.starts_with("SCAN tasks") || step == "SCAN watches";
        assert!(!plan.iter().any(whole), "{plan:?}");
    }
}

#[tokio::test]
async fn claims_use_their_index_on_postgresql() {
    let Some(url) = testing::postgres::database().await else {
        return;
    };
    let store = filled(url).await;
    let claims = [
        ("tasks", postgres::CLAIM_TASKS),
        ("watches", postgres::CLAIM_WATCHES),
    ];
    let mut connection = store.connection().await.unwrap();
    for (table, claim) in claims {
        // The generic plan, which a statement that is prepared once gets for any values.
        let prepare = format!(
            "SET plan_cache_mode = force_generic_plan; \
             PREPARE {table}_claim (bigint, bigint, bigint) AS {claim}"
        );
        let explain = format!("EXPLAIN EXECUTE {table}_claim (1, 2, 3)");
        sqlx::raw_sql(AssertSqlSafe(prepare))
            .execute(&mut **connection)
            .await
            .unwrap();
        let rows = sqlx::raw_sql(AssertSqlSafe(explain))
            .fetch_all(&mut **connection)
            .await
            .unwrap();
        let plan: String = rows
            .iter()
            .map(|row| row.get::<String, _>(0) + "\n")
            .collect();
        assert!(plan.contains(&format!("{table}_due")), "{plan}");
        assert!(!plan.contains("Seq Scan"), "{plan}");
    }
}
