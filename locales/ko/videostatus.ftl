# 제목: 메시지의 내용. 알림의 첫머리로도 쓰입니다.
title-waiting = 대기열에서 기다리고 있어요
title-running = 동영상을 만들고 있어요
title-finishing = 거의 다 됐어요
title-troubled = 동영상 서비스가 응답하지 않아요
title-too-large = 동영상 서비스의 응답이 너무 커요
title-done = 동영상이 준비됐어요
title-no-video = 끝났지만 동영상이 없어요
title-failed = 동영상을 만들지 못했어요
title-not-found = 이 ID의 동영상이 없어요
title-denied = 동영상 서비스가 저를 거부했어요
title-unserved = 이 동영상의 상태를 확인할 수 없어요
title-timed-out = { $span } 안에 완성되지 않았어요
title-unread = { $span }째 응답을 읽을 수 없어요
title-stopped = 추적 중지됨

# 프롬프트 위의 문장.
text-finishing = 동영상 서비스가 동영상을 다 만들었지만 아직 보내 주지 않았어요. 계속 확인할게요.
text-troubled = 계속 시도할게요.
text-troubled-at = 계속 시도할게요. 마지막 진행률: { $percent }.
text-too-large = 이렇게 큰 응답은 읽을 수 없어서 동영상이 어떻게 되고 있는지 몰라요. 몇 분마다 다시 시도할게요.
text-link-expires = 링크는 하루 안에 만료될 수 있어요.
text-video-too-large = 디스코드에 올리기에는 너무 커요. 링크는 하루 안에 만료될 수 있어요.
text-no-files = 여기에는 파일을 첨부할 수 없어요. 링크는 하루 안에 만료될 수 있어요.
text-unfetched = 파일을 가져오지 못했어요. 링크는 하루 안에 만료될 수 있어요.
text-hidden = 여기에는 동영상 링크를 표시할 수 없어요.
text-coming = 동영상 서비스가 링크 대신 동영상 자체를 보냈어요. 크기가 너무 크지 않으면 받는 대로 여기에 첨부할게요.
text-unattachable = 동영상 서비스가 링크 대신 동영상 자체를 보냈는데, 너무 크거나 파일이 허용되지 않아 여기에 첨부할 수 없어요.
text-lost = 동영상 서비스가 링크 대신 동영상 자체를 보냈는데, 가져오지 못했어요. `/videostatus`를 한 번 더 사용해 주세요.
text-no-video = 동영상 서비스의 답변에서 쓸 수 있는 동영상 링크를 찾지 못했어요.
text-filtered = 동영상 서비스의 안전 필터가 거부했어요.
text-no-reason = 동영상 서비스가 이유를 밝히지 않았어요.
text-says = 동영상 서비스의 메시지:
text-not-found = 콜론 앞부분까지 ID를 빠짐없이 입력했나요? 다른 계정의 ID일 수도 있어요.
text-denied = 제 키를 받아 주지 않아서 동영상의 상태를 알 수 없어요. 이 봇을 운영하는 사람에게 알려 주세요.
text-unserved = 이 동영상을 맡은 서비스에 연결되어 있지 않아요. 동영상은 그곳에서 만들어질 수도 있어요. 이 봇을 운영하는 사람에게 알려 주세요.
text-timed-out = 이제 확인하지 않지만, 동영상은 나중에 나올 수도 있어요.
text-unread = 이제 확인하지 않으며, 동영상이 어떻게 되고 있는지는 몰라요.
text-stopped-by = { $person } 님이 중지했어요. 동영상 자체는 계속 만들어질 수 있어요.
text-not-saved = 요청을 저장하지 못해서 이 메시지는 업데이트되지 않아요. 나중에 `/videostatus`를 다시 사용해 주세요.
text-frozen = 디스코드의 제한 때문에 이 메시지를 더 이상 바꿀 수 없어요. 추적은 계속하고 결과는 다이렉트 메시지로 알려 드릴게요.
text-frozen-ask = 디스코드의 제한 때문에 이 메시지를 더 이상 바꿀 수 없어요. 결과를 알고 싶으면 `/videostatus`를 다시 사용해 주세요.
text-not-told = 아무에게도 알리지 못했어요. 저는 여기에 글을 쓸 수 없고, 회원님은 다이렉트 메시지를 받지 않도록 설정되어 있어요.

# 아래의 작은 줄: 점으로 이어지는 짧은 문구.
small-usual = 보통 { $span }
small-took = { $span } 걸림
small-ping-you = 여기에서 멘션할게요
small-ping-people = 여기에서 { $count }명을 멘션할게요
small-dm = 다이렉트 메시지를 보낼게요
small-until = { $moment }에 시도를 멈춰요
small-private = 나에게만 보여요.
small-then-dm = 15분 뒤부터는 다이렉트 메시지로 이어 갈게요.
small-then-ask = 15분 뒤에는 이 메시지의 업데이트가 멈춰요. 그때는 `/videostatus`를 다시 사용해 주세요.

# 값.
value-percent = { $percent }%
value-quote = “{ $text }”
span-seconds = { $count }초
span-minutes = { $count }분
span-hours = { $count }시간

# 알림: 제목과 그 뒤에 오는 말.
ping-about = { $title }: { $what }
ping-deleted = 누군가 회원님의 동영상에 관한 제 메시지를 삭제했어요. 계속 추적하고 결과를 알려 드릴게요.
ping-filtered = 안전 필터가 거부함

# 버튼: 최대 80자, 20자 이내 권장.
button-notify = 알림 받기
button-notify-off = 알림 받지 않기
button-prompt = 전체 프롬프트
button-stop = 중지
button-again = 다시 추적
button-open = 동영상 열기
button-newer = 더 최근
button-older = 더 이전

# 본인에게만 보이는 답변.
notice-bad-id = 동영상 ID가 아니에요. ID는 `grok:eee6faa8-9dee-455c-aa82-02ac623adf3a`처럼 생겼고, 공백 없이 1~512자의 영문자, 숫자, `. _ : -`로 이루어져요.
notice-store-down = 지금은 제 기록에 접근할 수 없어서 아무것도 하지 않았어요. 1분 뒤에 다시 시도해 주세요.
notice-not-requester = 요청한 사람이나 모더레이터만 할 수 있어요.
notice-already-ended = 이제 추적하지 않아요. 계속하려면 `/videostatus`에 ID를 넣어 사용해 주세요.
notice-unknown-watch = 이 메시지의 기록이 더 이상 없어요. 계속하려면 `/videostatus`에 ID를 넣어 사용해 주세요.
notice-too-soon = 방금 확인했어요. { $wait } 뒤에 다시 시도해 주세요.
notice-quota-watches = 이미 최대치인 동영상 { $count }개를 추적하고 있어요. 먼저 `/videowatches`로 하나를 중지해 주세요.
notice-quota-commands = 명령어를 너무 많이 사용했어요. { $wait } 뒤에 다시 시도해 주세요.
notice-notify-here = 여기에서 멘션할게요.
notice-notify-dm = 다이렉트 메시지를 보낼게요.
notice-notify-off = 알리지 않을게요.
notice-notify-full = 여기에서 알림을 받을 사람이 이미 최대치인 { $count }명이에요.
notice-refreshing = 지금 동영상 서비스에 확인하고 있어요.
notice-watching-again = 이미 추적하고 있어요.
notice-stopped = 동영상 { $count }개의 추적을 중지했어요.
notice-no-tasks-found = 그 메시지에서 동영상 ID를 찾지 못했어요.
notice-no-watches = 추적 중인 동영상이 없어요. `/videostatus`에 동영상 서비스에서 받은 ID를 넣어 시작해 보세요.
notice-none-finished = 추적한 동영상 중에 끝난 것이 아직 없어요. `/videostatus`에 동영상 서비스에서 받은 ID를 넣어 시작해 보세요.
notice-no-watches-here = 이 서버에서 추적 중인 동영상이 없어요. `/videostatus`에 동영상 서비스에서 받은 ID를 넣어 시작해 보세요.
notice-no-prompt = 동영상 서비스가 프롬프트를 알려 주지 않았어요.
notice-channel-not-yours = 회원님은 그 채널에 메시지를 보낼 수 없으니, 저도 그곳에는 알리지 않을게요.
notice-channel-not-mine = 제가 그 채널에 메시지를 보낼 수 없어요. 채널 보기와 메시지 보내기를 허용해 달라고 관리자에게 요청해 주세요.
notice-managers-only = 서버를 관리할 수 있는 멤버만 모든 사람의 동영상 목록을 볼 수 있어요.
notice-elsewhere = 이 봇은 다른 서버를 위한 봇입니다. 여기서는 사용할 수 없습니다.
notice-internal-error = 제 쪽에 문제가 생겼어요. 다시 시도해 주세요.

# 목록.
list-title = 내가 추적 중인 동영상
list-title-all = 이 서버에서 추적 중인 동영상
list-title-finished = 끝난 동영상
list-since = { $moment }부터
list-stop = 추적 중지…
list-again = 다시 추적…
pick-question = 어떤 동영상인가요?
pick-placeholder = ID 선택
prompt-enhanced = 다듬어진 프롬프트
prompt-original = 프롬프트
prompt-in-file = 프롬프트가 메시지에 담기에는 너무 길어서 파일에 넣었어요.

# 명령어: 설명은 1~100자, 메뉴 항목은 1~32자.
command-videostatus = AI 동영상을 추적하고, 준비되면 여기에서 받기
command-videowatches = 추적 중인 동영상을 확인하고 일부를 중지하기
command-check = 동영상 상태 확인
option-id = 동영상 ID (예: grok:eee6faa8-9dee-455c-aa82-02ac623adf3a)
option-private = 나에게만 답변 표시
option-spoiler = 클릭하기 전까지 동영상 숨기기
option-notify = 준비되면 알림을 받을 곳 (기본값: 여기)
option-channel = 다른 채널에도 알리기
option-all = 이 서버 모든 사람의 동영상 (서버 관리하기 권한 필요)
option-show = 어떤 것: 진행 중(기본) 또는 끝난 것
choice-here = 여기에서 멘션
choice-dm = 다이렉트 메시지
choice-off = 알림 받지 않기
choice-running = 진행 중
choice-finished = 끝난 것
