# Títulos: do que trata a mensagem. Também abrem as notificações.
title-waiting = Aguardando na fila
title-running = Criando seu vídeo
title-finishing = Quase pronto
title-troubled = Sem resposta do serviço de vídeo
title-too-large = A resposta do serviço de vídeo é grande demais
title-done = Seu vídeo está pronto
title-no-video = Terminou, mas sem vídeo
title-failed = Não foi possível criar o vídeo
title-not-found = Nenhum vídeo com este ID
title-denied = O serviço de vídeo recusou meu acesso
title-unserved = Não consigo acompanhar este vídeo
title-timed-out = Não ficou pronto em { $span }
title-unread = Ainda ilegível depois de { $span }
title-stopped = Acompanhamento interrompido

# Frases acima do prompt.
text-finishing = O serviço de vídeo já terminou, mas ainda não entregou o vídeo. Continuo perguntando.
text-troubled = Continuo tentando.
text-troubled-at = Continuo tentando. Último progresso: { $percent }.
text-too-large = Não consigo ler uma resposta desse tamanho, então não sei como está seu vídeo. Tento de novo a cada poucos minutos.
text-link-expires = O link pode expirar em menos de um dia.
text-video-too-large = Grande demais para o Discord. O link pode expirar em menos de um dia.
text-no-files = Não posso anexar arquivos aqui. O link pode expirar em menos de um dia.
text-unfetched = Não consegui baixar o arquivo. O link pode expirar em menos de um dia.
text-hidden = Não posso mostrar o link do vídeo aqui.
text-coming = O serviço de vídeo enviou o próprio vídeo em vez de um link. Assim que eu o receber, anexo aqui, se não for grande demais.
text-unattachable = O serviço de vídeo enviou o próprio vídeo em vez de um link, e não posso anexá-lo aqui: é grande demais ou arquivos não são permitidos.
text-lost = O serviço de vídeo enviou o próprio vídeo em vez de um link, e não consegui baixá-lo. Use `/videostatus` mais uma vez.
text-no-video = Não encontrei nenhum link utilizável para um vídeo na resposta do serviço de vídeo.
text-filtered = O filtro de segurança do serviço de vídeo o recusou.
text-no-reason = O serviço de vídeo não informou o motivo.
text-says = O serviço de vídeo diz:
text-not-found = O ID está completo, com a parte antes dos dois-pontos? Ele pode ser de outra conta.
text-denied = Ele não aceita minha chave, então não tenho acesso ao seu vídeo. Avise quem administra este bot.
text-unserved = Não estou conectado ao serviço de vídeo a que ele pertence. Ele ainda pode ficar pronto por lá. Avise quem administra este bot.
text-timed-out = Parei de verificar; o vídeo ainda pode chegar.
text-unread = Parei de verificar e não sei como está seu vídeo.
text-stopped-by = Por { $person }. O vídeo em si ainda pode ser criado.
text-not-saved = Não consegui salvar seu pedido, então esta mensagem não vai mudar. Use `/videostatus` de novo mais tarde.
text-frozen = Não posso mais alterar esta mensagem (limite do Discord). Continuo acompanhando e aviso você por mensagem direta.
text-frozen-ask = Não posso mais alterar esta mensagem (limite do Discord). Use `/videostatus` de novo para saber no que deu.
text-not-told = Não consegui avisar ninguém: não posso escrever aqui, e suas mensagens diretas estão fechadas.

# A linha pequena embaixo: frases curtas, separadas por pontos.
small-usual = costuma levar { $span }
small-took = levou { $span }
small-ping-you = vou mencionar você aqui
small-ping-people = { $count ->
    [one] vou mencionar { $count } pessoa aqui
   *[other] vou mencionar { $count } pessoas aqui
}
small-dm = vou mandar uma mensagem direta para você
small-until = paro de tentar { $moment }
small-private = Só você vê isto.
small-then-dm = Depois de 15 minutos, continuo por mensagem direta.
small-then-ask = Depois de 15 minutos, esta mensagem deixa de ser atualizada; aí, use `/videostatus` de novo.

# Valores.
value-percent = { $percent }%
value-quote = “{ $text }”
span-seconds = { $count } s
span-minutes = { $count } min
span-hours = { $count } h

# Notificações: o título e o que vem depois dele.
ping-about = { $title }: { $what }
ping-deleted = Alguém apagou minha mensagem sobre seu vídeo. Continuo acompanhando e aviso você do resultado.
ping-filtered = recusado pelo filtro de segurança

# Botões: no máximo 80 caracteres, de preferência 20.
button-notify = Me avise
button-notify-off = Não me avise
button-prompt = Prompt completo
button-stop = Parar
button-again = Acompanhar de novo
button-open = Abrir vídeo
button-newer = Mais recentes
button-older = Mais antigos

# Respostas privadas.
notice-bad-id = Isso não é o ID de um vídeo. Um ID é assim: `grok:eee6faa8-9dee-455c-aa82-02ac623adf3a`, com 1 a 512 letras, números e `. _ : -`, sem espaços.
notice-store-down = Não consigo acessar meus registros agora, então não fiz nada. Tente de novo em um minuto.
notice-not-requester = Só quem fez o pedido, ou um moderador, pode fazer isso.
notice-already-ended = Não acompanho mais este vídeo. Para continuar, use `/videostatus` com o ID.
notice-unknown-watch = Não conheço mais esta mensagem. Para continuar, use `/videostatus` com o ID.
notice-too-soon = Acabei de verificar. Tente de novo em { $wait }.
notice-quota-watches = Você já acompanha { $count } vídeos, que é o limite. Antes, pare de acompanhar um com `/videowatches`.
notice-quota-commands = Foram comandos demais. Tente de novo em { $wait }.
notice-notify-here = Vou mencionar você aqui.
notice-notify-dm = Vou mandar uma mensagem direta para você.
notice-notify-off = Não vou avisar você.
notice-notify-full = Já vou avisar { $count } pessoas aqui, que é o limite.
notice-refreshing = Estou perguntando ao serviço de vídeo.
notice-watching-again = Já estou acompanhando este vídeo.
notice-stopped = { $count ->
    [one] Parei de acompanhar { $count } vídeo.
   *[other] Parei de acompanhar { $count } vídeos.
}
notice-no-tasks-found = Não encontrei nenhum ID de vídeo nessa mensagem.
notice-no-watches = Você não acompanha nenhum vídeo. Comece com `/videostatus` e o ID que seu serviço de vídeo informou.
notice-none-finished = Nenhum vídeo que você acompanhou terminou ainda. Comece com `/videostatus` e o ID que seu serviço de vídeo informou.
notice-no-watches-here = Ninguém acompanha vídeos neste servidor. Comece com `/videostatus` e o ID que seu serviço de vídeo informou.
notice-no-prompt = O serviço de vídeo não informou o prompt.
notice-channel-not-yours = Você não pode enviar mensagens nesse canal, então não vou anunciar nada lá.
notice-channel-not-mine = Não posso enviar mensagens nesse canal. Peça a um administrador que me deixe vê-lo e escrever nele.
notice-managers-only = Só quem pode gerenciar o servidor vê os vídeos de todos.
notice-elsewhere = Este bot atende outros servidores. Aqui ele não faz nada.
notice-internal-error = Algo deu errado do meu lado. Tente de novo.

# Listas.
list-title = Vídeos que você acompanha
list-title-all = Vídeos acompanhados neste servidor
list-title-finished = Vídeos finalizados
list-since = começou { $moment }
list-stop = Parar de acompanhar…
list-again = Acompanhar de novo…
pick-question = De qual vídeo você está falando?
pick-placeholder = Escolha um ID
prompt-enhanced = Prompt aprimorado
prompt-original = Prompt original
prompt-in-file = O prompt é longo demais para uma mensagem: está no arquivo.

# Comandos: descrições de 1 a 100 caracteres, o item do menu de 1 a 32.
command-videostatus = Acompanhe um vídeo de IA e receba-o aqui quando ficar pronto
command-videowatches = Veja quais vídeos você acompanha e pare de acompanhar alguns
command-check = Ver status do vídeo
option-id = O ID do vídeo, por exemplo grok:eee6faa8-9dee-455c-aa82-02ac623adf3a
option-private = Só você vê a resposta
option-spoiler = Ocultar o vídeo até alguém clicar nele
option-notify = Onde aviso você quando ficar pronto (padrão: aqui)
option-channel = Anunciar também em outro canal
option-all = Os vídeos de todos neste servidor (requer Gerenciar servidor)
option-show = Quais: em andamento (padrão) ou finalizados
choice-here = Aqui, com uma menção
choice-dm = Por mensagem direta
choice-off = Não me avise
choice-running = Em andamento
choice-finished = Finalizados
