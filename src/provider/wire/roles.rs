//! The names of the parts of a reply: one table for each role, in which earlier names win.
//!
//! To support a gateway's other name for a part, add the name here and a reply to
//! `tests/corpus`. Case, `_`, `-`, spaces and a trailing `json` (`resultJson`) make no difference.
//! The value may be a text, an object, a list of these, or any of them as JSON in a text.

/// The names of one role.
pub(super) type Names = &'static [&'static str];

/// The bound on nested envelopes, and on parts within parts.
pub(super) const DEPTH: u8 = 6;
/// The envelopes that may hold the task.
pub(super) const ENVELOPES: Names = &[
    "data", "result", "output", "task", "response", "results", "tasks", "job", "payload",
    "body", "prediction", "operation", "video", "items", "list", "task_list", "records", "rows",
    "resp", "task_info", "job_info",
];
/// The fields beside a task that show that an object is an envelope.
pub(super) const WRAPS: Names = &["code", "message", "msg", "success", "request_id"];
/// The objects that may hold parts of a task.
pub(super) const PARTS: Names = &[
    "data", "output", "result", "response", "task_result", "task_info", "info", "content",
    "assets", "metadata", "detail", "details", "pending_info", "video", "videos",
    "generate_video_response", "generated_samples", "generated_videos", "predictions",
    "creations", "works", "generations", "outputs", "results", "file", "files", "media",
    "resource", "resources", "resource_list", "video_list", "result_list", "item_list", "task",
    "moderation", "safety",
];
/// The objects within a task that may hold its short fields.
pub(super) const DETAILS: Names = &["data", "detail", "details", "metadata", "pending_info"];
/// The objects within a waiting task that may hold a running state.
pub(super) const INNER: Names = &["data", "detail", "metadata"];
/// The objects within [`INNER`] that may hold a running state.
pub(super) const INMOST: Names = &["pending_info"];

/// The task's id. A plain `id` goes before these, unless it is a number.
pub(super) const ID: Names = &["task_id", "job_id", "generation_id", "prediction_id"];
pub(super) const STATUS: Names = &[
    "status", "task_status", "state", "task_state", "job_status", "video_status",
    "generation_status", "status_name", "status_text", "status_desc",
];
/// The status word within a status that is an object.
pub(super) const STATUS_WORD: Names = &["name", "value", "text", "label"];
/// A flag for "finished", read if there is no status word.
pub(super) const DONE: Names = &["done", "is_done", "finished", "is_finished", "completed"];
/// A number, read if there is no status word: 0 is running, 1 is done, others are failed.
pub(super) const NUMBERED: Names = &["success_flag"];

/// The video's link. Not every link of a body leads to the video: see [`SENT_IN`].
pub(super) const VIDEO: Names = &[
    "upsample_video_url", "upsampled_video_url", "upscaled_video_url", "hd_video_url",
    "final_video_url", "video_url", "result_url", "video_uri", "video_link", "download_url",
    "file_url", "play_url", "output_url", "result_video_url", "output_video_url",
    "generated_video_url", "video_download_url", "media_url", "cdn_url", "mp4_url", "video_src",
    "video_result", "result_video", "output_video", "url", "uri", "video", "videos",
    "video_list", "video_urls", "result_urls", "output_urls", "urls", "link", "download_link",
    "src", "hd", "mp4", "default", "output", "outputs", "result", "results", "content", "data",
];
/// The video itself as base64. A `data:` link in place of the video's link is recognised by
/// its beginning instead.
pub(super) const VIDEO_BYTES: Names = &[
    "bytes_base64_encoded", "b64_json", "video_base64", "base64", "encoded_video",
    "video_bytes",
];
/// The reason field in which some gateways put the link of a finished video.
pub(super) const VIDEO_AS_REASON: Names = &["fail_reason"];
pub(super) const THUMBNAIL: Names = &[
    "thumbnail_url", "thumbnail", "cover_url", "cover", "cover_image_url", "cover_image",
    "thumb_url", "video_cover_url", "video_cover", "poster_url", "poster", "preview_image_url",
    "preview_image",
];
/// The names of inputs, which gateways repeat and which are never a result. Words of these
/// names and of [`INPUT_WORDS`] may follow. A list's element whose `type` or `role` is such a
/// name is an input, too.
pub(super) const SENT_IN: Names = &[
    "input", "request", "param", "parameter", "image", "reference", "ref", "first_frame",
    "last_frame", "start_frame", "end_frame", "callback", "webhook", "audio", "mask", "source",
    "init", "tail",
];
/// The other words of an input's name. A name with any more words, such as
/// `audio_driven_video`, is a kind of task.
pub(super) const INPUT_WORDS: Names = &[
    "url", "uri", "link", "video", "picture", "photo", "frame", "file", "text", "prompt", "json",
    "base64", "b64", "data", "id", "list", "item", "first", "last", "start", "end", "key",
    "cover", "thumbnail", "preview", "poster", "original",
];

pub(super) const PROMPT: Names = &["prompt", "orig_prompt", "original_prompt", "input_prompt"];
/// The objects within a task that may hold its prompt.
pub(super) const PROMPT_PARTS: Names = &[
    "data", "detail", "details", "input", "inputs", "request", "params", "parameters",
    "properties", "metadata",
];
pub(super) const ENHANCED_PROMPT: Names = &[
    "enhanced_prompt", "actual_prompt", "revised_prompt", "optimized_prompt", "final_prompt",
    "rewritten_prompt", "expanded_prompt",
];
/// The progress in percent. [`SHARE`] counts from 0 to 1 instead.
pub(super) const PROGRESS: Names = &[
    "progress", "progress_percent", "progress_percentage", "percent", "percentage",
    "completion_percentage", "task_progress",
];
pub(super) const SHARE: Names = &["progress_pct", "progress_ratio"];
pub(super) const UPDATED: Names = &[
    "status_update_time", "updated_at", "update_time", "last_updated", "last_update_time",
];
pub(super) const COMPLETED: Names = &[
    "completed_at", "finish_time", "finished_at", "end_time", "ended_at", "complete_time",
    "completed_time", "completion_time",
];
pub(super) const MODEL: Names = &["model", "model_name"];
pub(super) const RATIO: Names = &["ratio", "aspect_ratio"];

/// The task's own error, read in every state.
pub(super) const OWN_REASON: Names = &["error", "errors", "fail_reason"];
/// The reason of a failed task. Read only after it failed, because a completed task may
/// carry old errors in its `detail`.
pub(super) const REASON: Names = &[
    "error", "errors", "fail_reason", "failure_reason", "failed_reason", "fail_msg",
    "fail_message", "failure_message", "error_message", "error_msg", "err_msg", "err_message",
    "error_detail", "error_info", "last_error", "exception", "failure", "task_status_msg",
    "status_msg", "status_message", "state_message", "status_reason", "reason", "message",
    "msg", "remark", "failure_code", "fail_code", "error_code", "err_code",
];
pub(super) const REASON_PARTS: Names = &[
    "detail", "details", "data", "base_resp", "result", "output", "response", "metadata",
];
/// The words for people in an error object; the last names are codes, read without words.
pub(super) const WORDS: Names = &[
    "message", "msg", "error_message", "error_msg", "err_msg", "error", "errors", "detail",
    "reason", "description", "status_msg", "base_resp", "code", "type",
];
/// The machine codes of an error object.
pub(super) const CODES: Names = &["code", "type", "status_code", "error_code", "err_code"];
/// The parts of an error object that may hold further codes.
pub(super) const CODES_WITHIN: Names = &["error", "message", "detail", "base_resp"];

/// The words of a filter that kept the video back.
pub(super) const FILTERED_WORDS: Names = &[
    "rai_media_filtered_reasons", "rai_filtered_reason", "moderation_reason",
    "moderation_message", "filter_reason", "filtered_reason", "block_reason", "blocked_reason",
];
/// The flags of a filter that are set if it kept the video back.
pub(super) const FILTERED: Names = &[
    "moderated", "is_moderated", "filtered", "is_filtered", "content_filtered", "blocked",
    "is_blocked", "flagged", "nsfw", "moderation_blocked", "rai_media_filtered_count",
];
/// The flags of a filter that are false if it kept the video back.
pub(super) const UNFILTERED: Names = &["respect_moderation", "moderation_passed"];

/// Returns whether a key of a reply is one of `names`.
pub(super) fn is_any(key: &str, names: Names) -> bool {
    names.iter().any(|name| same(key, name))
}

/// Returns whether a key of a reply is `name` in one of its spellings.
pub(super) fn same(key: &str, name: &str) -> bool {
    let first = |text: &str| text.as_bytes().first().map(u8::to_ascii_lowercase);
    if first(key) != first(name) {
        return false;
    }
    let stem = ["json", "Json"]
        .iter()
        .find_map(|end| key.strip_suffix(end));
    folded(key).eq(folded(name)) || stem.is_some_and(|stem| folded(stem).eq(folded(name)))
}

/// Returns whether `name`, which may be a media type, is an input's name.
pub(super) fn is_sent_in(name: &str) -> bool {
    let words = words(name.split('/').next().unwrap_or_default());
    let one_of = |names: Names, word: &str| names.iter().any(|name| folded(name).eq(word.chars()));
    let known = |word: &String| one_of(SENT_IN, word) || one_of(INPUT_WORDS, word);
    (1..=words.len()).any(|count| {
        let (start, rest) = words.split_at(count);
        one_of(SENT_IN, &start.concat()) && rest.iter().all(known)
    })
}

/// Returns the words of a name in any spelling, in lower case and in the singular.
fn words(name: &str) -> Vec<String> {
    let (mut words, mut after_small) = (vec![String::new()], false);
    for c in name.chars() {
        if matches!(c, '_' | '-' | ' ') || after_small && c.is_ascii_uppercase() {
            words.push(String::new());
        }
        after_small = c.is_ascii_lowercase() || c.is_ascii_digit();
        if let Some(word) = words.last_mut() {
            word.extend(fold(c));
        }
    }
    let singular = |word: String| word.strip_suffix('s').map_or(word.clone(), str::to_owned);
    let words = words.into_iter().map(singular);
    words.filter(|word| !word.is_empty()).collect()
}

fn folded(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter_map(fold)
}

fn fold(c: char) -> Option<char> {
    (!matches!(c, '_' | '-' | ' ')).then(|| c.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_known_in_every_spelling() {
        for key in [
            "video_url",
            "videoUrl",
            "VideoURL",
            "video-url",
            "VIDEO_URL",
        ] {
            assert!(same(key, "video_url"), "{key}");
        }
        assert!(same("resultJson", "result") && same("data_json", "data"));
        assert!(!same("video_urls", "video_url") && !same("json", "data"));
    }

    #[test]
    fn no_result_is_called_like_something_that_was_sent_in() {
        for name in [VIDEO, ENVELOPES, PARTS, STATUS].concat() {
            assert!(!is_sent_in(name), "{name}");
        }
        for name in "input inputs image images image_url imageUrls request params parameters \
            reference_images referenceVideo first_frame_url last_frame callback_url webhook"
            .split_whitespace()
        {
            assert!(is_sent_in(name), "{name}");
        }
        for kind in SENT_IN {
            for noun in INPUT_WORDS {
                let name = format!("{kind}_{noun}s");
                assert!(is_sent_in(&name), "{name}");
            }
        }
        assert!(is_sent_in("image/png") && is_sent_in("FIRST_FRAME_URL"));
        for kind in "image_to_video_task reference2video image_animation reframe_video refine \
            audio_driven_video initial tailored parametric video/mp4 i2v image-to-motion"
            .split_whitespace()
        {
            assert!(!is_sent_in(kind), "{kind}");
        }
    }
}
