# Títulos: do que trata a mensagem. Também abrem as notificações.
title-waiting = Na fila
title-running = Seu vídeo está sendo criado
title-finishing = Concluído, aguardando o vídeo
title-troubled = O serviço de vídeo não está respondendo
title-too-large = A resposta do serviço é grande demais
title-done = Seu vídeo está pronto
title-no-video = Concluído, mas não há vídeo
title-failed = A tarefa falhou
title-not-found = O serviço de vídeo não conhece esta tarefa
title-denied = O serviço de vídeo recusa este bot
title-timed-out = Paramos de acompanhar a tarefa
title-stopped = Acompanhamento encerrado

# Frases acima do prompt.
text-finishing = O serviço diz que a tarefa terminou, mas ainda não entregou o vídeo. Continuo perguntando.
text-troubled = Continuo perguntando; esta mensagem volta a ser atualizada assim que o serviço responder.
text-too-large = Ela é maior do que consigo ler, então não sei como está a tarefa. Pergunto de novo a cada poucos minutos.
text-done-attached = O vídeo está anexado.
text-done-link = O link acima abre o vídeo. Ele pode expirar em menos de um dia: salve o que quiser guardar.
text-done-unfetched = Não consegui baixar o arquivo aqui; o link acima abre o vídeo. Ele pode expirar em menos de um dia: salve o que quiser guardar.
text-done-hidden = O link do vídeo não pode ser mostrado aqui.
text-done-coming = O serviço enviou o próprio vídeo em vez de um link. Se eu conseguir baixá-lo e ele não for grande demais, ele é anexado à mensagem deste acompanhamento.
text-done-unattachable = O serviço enviou o próprio vídeo em vez de um link, e ele não pode ser anexado aqui: é grande demais ou arquivos não são permitidos.
text-done-lost = O serviço enviou o próprio vídeo em vez de um link, e não consegui baixá-lo. Pergunte de novo com o ID da tarefa.
text-no-video = O serviço concluiu a tarefa, mas não entregou nenhum vídeo.
text-filtered = O serviço concluiu a tarefa, mas o filtro de segurança dele recusou o vídeo.
text-not-found = Verifique se o ID está completo, com a parte antes dos dois-pontos (por exemplo, `grok:`). Tarefas criadas com a chave de outra conta também não aparecem.
text-denied = O serviço não aceita a chave deste bot, então não dá para saber nada sobre a tarefa. Avise quem administra este bot.
text-timed-out = A tarefa não terminou em { $span }, então paramos de acompanhá-la. Ela ainda pode estar em andamento: pergunte de novo com o ID dela.
text-unread = Depois de { $span }, as respostas do serviço ainda eram grandes demais para ler, então paramos de acompanhar a tarefa e não sabemos como ela está. Pergunte de novo com o ID dela.
text-stopped = A tarefa em si ainda pode estar em andamento: pergunte de novo com o ID dela.
caution-ends-by-dm = Esta mensagem pode deixar de ser atualizada depois de 15 minutos; vou avisar você do resultado por mensagem direta. Se nenhuma chegar, pergunte de novo com o ID da tarefa.
caution-ask-again = Esta mensagem pode deixar de ser atualizada depois de 15 minutos; depois disso, pergunte de novo com o ID da tarefa.
caution-not-saved = Não consegui salvar este pedido, então esta mensagem não vai mudar: pergunte de novo mais tarde com o ID da tarefa.

# Nomes e valores dos dados curtos.
field-reason = Motivo informado pelo serviço
field-says = Mensagem do serviço
field-progress = Progresso
field-usual = Costuma levar
field-model = Modelo
field-ratio = Formato
field-since = Acompanhando desde
field-took = Tempo de acompanhamento
field-changed = Última mudança
field-finished = Término
field-until = Fim do acompanhamento
field-task = ID da tarefa
value-no-reason = O serviço não informou o motivo.
value-filtered = Recusado pelo filtro de segurança.
value-usual = cerca de { $span }

# Rodapé.
footer-watching = Acompanhando por no máximo { $span }: esta mensagem se atualiza sozinha
footer-people = { $count ->
    [one] { $count } pessoa será avisada
   *[other] { $count } pessoas serão avisadas
}
footer-ended = Esta mensagem não muda mais

# Durações abreviadas.
span-seconds = { $count } s
span-minutes = { $count } min
span-hours = { $count } h

# Botões.
button-refresh = Atualizar
button-notify = Me avise
button-prompt = Prompt completo
button-stop = Parar de acompanhar
button-again = Acompanhar de novo
button-open = Abrir vídeo

# Respostas privadas.
notice-bad-id = Isso não é um ID de tarefa. Ele se parece com `grok:eee6faa8-9dee-455c-aa82-02ac623adf3a`: de 1 a 512 letras, números e `. _ : -`, sem espaços.
notice-store-down = Não consigo acessar meus registros agora, então nada foi feito. Tente de novo em um minuto.
notice-not-requester = Só quem fez o pedido, ou um moderador, pode fazer isso.
notice-already-ended = Este acompanhamento terminou. Para continuar, pergunte de novo com `/videostatus` e o ID da tarefa.
notice-unknown-watch = Não conheço mais esta mensagem. Pergunte de novo com `/videostatus` e o ID da tarefa.
notice-too-soon = Acabou de ser verificado. Tente de novo em { $wait }.
notice-quota-watches = Você já acompanha todas as tarefas permitidas ({ $count }). Antes, pare de acompanhar uma com `/videowatches`.
notice-quota-commands = Foram comandos demais. Tente de novo em { $wait }.
notice-notify-full = { $count } pessoas já serão avisadas, que é o limite.
notice-refreshing = Perguntando ao serviço.
notice-watching-again = Esta mensagem já está sendo acompanhada.
notice-stopped = { $count ->
    [one] { $count } tarefa deixou de ser acompanhada.
   *[other] { $count } tarefas deixaram de ser acompanhadas.
}
notice-no-tasks-found = Não encontrei nenhum ID de tarefa nessa mensagem.
notice-no-watches = Nenhuma tarefa está sendo acompanhada.
notice-no-prompt = O serviço não informou o prompt desta tarefa.
notice-channel-not-yours = Você não pode enviar mensagens nesse canal, então não vou anunciar nada lá.
notice-channel-not-mine = Não posso enviar mensagens nesse canal. Peça a um administrador que me deixe vê-lo e escrever nele.
notice-managers-only = Só quem pode gerenciar o servidor vê os acompanhamentos de todos.
notice-elsewhere = Este bot atende outros servidores. Aqui ele não faz nada.
notice-internal-error = Algo deu errado por aqui. Tente de novo.

# Listas.
list-title = Tarefas em acompanhamento
list-open = abrir
list-stop = Parar de acompanhar…
list-more = … e mais { $count }
pick-question = De qual tarefa você está falando?
pick-placeholder = Escolha um ID de tarefa
prompt-enhanced = Prompt aprimorado
prompt-original = Prompt original
prompt-in-file = O prompt é longo demais para uma mensagem: está no arquivo.

# Comandos.
command-videostatus = Acompanhe uma tarefa de vídeo com IA e veja o vídeo aqui quando ficar pronto
command-videowatches = Veja quais tarefas você acompanha e pare de acompanhar algumas
command-check = Ver status do vídeo
option-id = O ID da tarefa, por exemplo grok:eee6faa8-9dee-455c-aa82-02ac623adf3a
option-private = Só você vê a resposta
option-spoiler = Ocultar o vídeo até alguém clicar nele
option-notify = Onde avisar quando terminar (padrão: aqui)
option-channel = Anunciar o fim também em outro canal
option-all = Os acompanhamentos de todos neste servidor (requer Gerenciar servidor)
choice-here = Aqui, com uma menção
choice-dm = Por mensagem direta
choice-off = Não me avise
