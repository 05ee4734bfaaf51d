# 제목: 메시지의 내용. 알림의 첫머리로도 쓰입니다.
title-waiting = 대기열에서 기다리는 중입니다
title-running = 동영상을 만드는 중입니다
title-finishing = 완료되어 동영상을 기다리는 중입니다
title-troubled = 동영상 서비스가 응답하지 않습니다
title-too-large = 서비스의 응답이 너무 큽니다
title-done = 동영상이 준비되었습니다
title-no-video = 완료되었지만 동영상이 없습니다
title-failed = 작업이 실패했습니다
title-not-found = 동영상 서비스가 이 작업을 찾지 못했습니다
title-denied = 동영상 서비스가 이 봇을 거부했습니다
title-timed-out = 추적을 종료했습니다
title-stopped = 추적이 중지되었습니다

# 프롬프트 위의 문장.
text-finishing = 서비스가 작업이 끝났다고 하지만 아직 동영상을 주지 않았습니다. 계속 확인하겠습니다.
text-troubled = 계속 확인하겠습니다. 서비스가 응답하면 이 메시지도 이어서 업데이트됩니다.
text-too-large = 읽을 수 있는 크기를 넘어서 작업이 어떻게 되고 있는지 알 수 없습니다. 몇 분마다 다시 확인하겠습니다.
text-done-attached = 동영상을 첨부했습니다.
text-done-link = 위 링크에서 동영상을 볼 수 있습니다. 하루 안에 만료될 수 있으니 필요하면 저장해 두세요.
text-done-unfetched = 파일을 가져오지 못했습니다. 위 링크에서 동영상을 볼 수 있습니다. 하루 안에 만료될 수 있으니 필요하면 저장해 두세요.
text-done-hidden = 여기에는 동영상 링크를 표시할 수 없습니다.
text-done-coming = 서비스가 링크 대신 동영상 자체를 보냈습니다. 가져올 수 있고 너무 크지 않으면 이 추적의 메시지에 첨부합니다.
text-done-unattachable = 서비스가 링크 대신 동영상 자체를 보냈지만, 너무 크거나 파일이 허용되지 않아 여기에 첨부할 수 없습니다.
text-done-lost = 서비스가 링크 대신 동영상 자체를 보냈지만, 가져오지 못했습니다. 작업 ID로 다시 요청해 주세요.
text-no-video = 서비스가 작업을 마쳤지만 동영상을 주지 않았습니다.
text-filtered = 서비스가 작업을 마쳤지만 안전 필터가 동영상을 거부했습니다.
text-not-found = 콜론 앞부분(예: `grok:`)까지 ID가 빠짐없이 입력되었는지 확인해 주세요. 다른 계정의 키로 만든 작업도 볼 수 없습니다.
text-denied = 서비스가 이 봇의 키를 받아들이지 않아 작업 상태를 알 수 없습니다. 봇을 운영하는 사람에게 알려 주세요.
text-timed-out = { $span } 동안 작업이 끝나지 않아 추적을 종료했습니다. 작업은 계속되고 있을 수 있으니 ID로 다시 확인해 주세요.
text-unread = { $span } 동안 서비스의 응답이 너무 커서 읽을 수 없어 추적을 종료했습니다. 작업이 어떻게 되고 있는지는 알 수 없으니 ID로 다시 확인해 주세요.
text-stopped = 작업 자체는 계속되고 있을 수 있으니 ID로 다시 확인해 주세요.
caution-ends-by-dm = 이 메시지는 15분 뒤에 업데이트가 멈출 수 있습니다. 결과는 다이렉트 메시지로 알려 드리겠습니다. 메시지가 오지 않으면 작업 ID로 다시 확인해 주세요.
caution-ask-again = 이 메시지는 15분 뒤에 업데이트가 멈출 수 있습니다. 그때는 작업 ID로 다시 확인해 주세요.
caution-not-saved = 요청을 저장하지 못해 이 메시지는 업데이트되지 않습니다. 나중에 작업 ID로 다시 확인해 주세요.

# 항목의 이름과 값.
field-reason = 서비스가 밝힌 이유
field-says = 서비스의 메시지
field-progress = 진행률
field-usual = 보통 걸리는 시간
field-model = 모델
field-ratio = 화면 비율
field-since = 추적 시작
field-took = 추적 시간
field-changed = 마지막 변경
field-finished = 종료
field-until = 추적 종료
field-task = 작업 ID
value-no-reason = 서비스가 이유를 밝히지 않았습니다.
value-filtered = 안전 필터가 거부했습니다.
value-usual = 약 { $span }

# 바닥글.
footer-watching = 앞으로 최대 { $span } 동안 추적: 이 메시지는 자동으로 업데이트됩니다
footer-people = { $count }명에게 알림 예정
footer-ended = 이 메시지는 더 이상 바뀌지 않습니다

# 시간 길이.
span-seconds = { $count }초
span-minutes = { $count }분
span-hours = { $count }시간

# 버튼.
button-refresh = 새로 고침
button-notify = 나에게 알림
button-prompt = 전체 프롬프트
button-stop = 추적 중지
button-again = 다시 추적
button-open = 동영상 열기

# 본인에게만 보이는 답변.
notice-bad-id = 작업 ID가 아닙니다. 작업 ID는 `grok:eee6faa8-9dee-455c-aa82-02ac623adf3a`와 같은 모양이며, 공백 없이 1~512자의 영문자, 숫자, `. _ : -`로 이루어집니다.
notice-store-down = 지금은 기록에 접근할 수 없어 아무것도 하지 못했습니다. 1분 뒤에 다시 시도해 주세요.
notice-not-requester = 요청한 사람이나 모더레이터만 할 수 있습니다.
notice-already-ended = 이 추적은 끝났습니다. 계속하려면 `/videostatus`와 작업 ID로 다시 확인해 주세요.
notice-unknown-watch = 이 메시지의 기록이 더 이상 없습니다. `/videostatus`와 작업 ID로 다시 확인해 주세요.
notice-too-soon = 방금 확인했습니다. { $wait } 뒤에 다시 시도해 주세요.
notice-quota-watches = 이미 최대치인 작업 { $count }개를 추적하고 있습니다. 먼저 `/videowatches`로 그중 하나의 추적을 중지해 주세요.
notice-quota-commands = 명령어를 너무 자주 사용했습니다. { $wait } 뒤에 다시 시도해 주세요.
notice-notify-full = 알림을 받을 사람이 이미 최대치인 { $count }명입니다.
notice-refreshing = 서비스에 확인하고 있습니다.
notice-watching-again = 이 메시지는 이미 추적 중입니다.
notice-stopped = 작업 { $count }개의 추적을 중지했습니다.
notice-no-tasks-found = 그 메시지에서 작업 ID를 찾지 못했습니다.
notice-no-watches = 추적 중인 작업이 없습니다.
notice-no-prompt = 서비스가 이 작업의 프롬프트를 알려 주지 않았습니다.
notice-channel-not-yours = 회원님은 그 채널에 메시지를 보낼 수 없으므로 그곳에는 알리지 않겠습니다.
notice-channel-not-mine = 제가 그 채널에 메시지를 보낼 수 없습니다. 채널 보기와 메시지 보내기를 허용해 달라고 관리자에게 요청해 주세요.
notice-managers-only = 서버를 관리할 수 있는 멤버만 모든 사람의 추적 목록을 볼 수 있습니다.
notice-elsewhere = 이 봇은 다른 서버를 위한 봇입니다. 여기서는 사용할 수 없습니다.
notice-internal-error = 내부 문제가 발생했습니다. 다시 시도해 주세요.

# 목록.
list-title = 추적 중인 작업
list-open = 열기
list-stop = 추적 중지…
list-more = … 외 { $count }개
pick-question = 어떤 작업인가요?
pick-placeholder = 작업 ID 선택
prompt-enhanced = 다듬어진 프롬프트
prompt-original = 프롬프트
prompt-in-file = 프롬프트가 메시지에 담기에는 너무 길어 파일로 보내 드립니다.

# 명령어.
command-videostatus = AI 동영상 작업을 추적하고, 완료되면 여기에서 동영상을 보여 줍니다
command-videowatches = 추적 중인 작업을 확인하고 추적을 중지합니다
command-check = 동영상 상태 확인
option-id = 작업 ID (예: grok:eee6faa8-9dee-455c-aa82-02ac623adf3a)
option-private = 나에게만 답변 표시
option-spoiler = 클릭하기 전까지 동영상 숨기기
option-notify = 끝났을 때 알릴 곳 (기본값: 여기)
option-channel = 결과를 다른 채널에도 알리기
option-all = 이 서버 모든 사람의 추적 목록 (서버 관리하기 권한 필요)
choice-here = 여기에서 멘션
choice-dm = 다이렉트 메시지
choice-off = 알리지 않음
