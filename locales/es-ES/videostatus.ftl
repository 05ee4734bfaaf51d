# Títulos: de qué trata el mensaje. También abren las notificaciones.
title-waiting = En la cola
title-running = Creando tu vídeo
title-finishing = Casi listo
title-troubled = El servicio de vídeo no responde
title-too-large = La respuesta del servicio de vídeo es demasiado grande
title-done = Tu vídeo está listo
title-no-video = Terminado, pero sin vídeo
title-failed = No se ha podido crear el vídeo
title-not-found = No hay ningún vídeo con este ID
title-denied = El servicio de vídeo me ha denegado el acceso
title-unserved = No puedo seguir este vídeo
title-timed-out = Sin terminar después de { $span }
title-unread = Respuesta ilegible incluso después de { $span }
title-stopped = Seguimiento detenido

# Frases encima del prompt.
text-finishing = El servicio de vídeo ha terminado, pero aún no ha entregado el vídeo. Sigo preguntando.
text-troubled = Lo sigo intentando.
text-troubled-at = Lo sigo intentando. Último progreso: { $percent }.
text-too-large = No puedo leer una respuesta de ese tamaño, así que no sé cómo va tu vídeo. Vuelvo a intentarlo cada pocos minutos.
text-link-expires = El enlace puede caducar en menos de un día.
text-video-too-large = Demasiado grande para Discord. El enlace puede caducar en menos de un día.
text-no-files = No puedo adjuntar archivos aquí. El enlace puede caducar en menos de un día.
text-unfetched = No he podido descargar el archivo. El enlace puede caducar en menos de un día.
text-hidden = No puedo mostrar aquí el enlace al vídeo.
text-coming = El servicio de vídeo ha enviado el propio vídeo en lugar de un enlace. Lo adjunto aquí en cuanto lo tenga, si no es demasiado grande.
text-unattachable = El servicio de vídeo ha enviado el propio vídeo en lugar de un enlace, y no puedo adjuntarlo aquí: es demasiado grande o no se permiten archivos.
text-lost = El servicio de vídeo ha enviado el propio vídeo en lugar de un enlace, y no he podido descargarlo. Usa `/videostatus` otra vez.
text-no-video = No he encontrado ningún enlace utilizable a un vídeo en la respuesta del servicio de vídeo.
text-filtered = El filtro de seguridad del servicio de vídeo lo ha rechazado.
text-no-reason = El servicio de vídeo no ha dado ningún motivo.
text-says = El servicio de vídeo dice:
text-not-found = ¿Está completo, con la parte anterior a los dos puntos? Puede que sea de otra cuenta.
text-denied = No acepta mi clave, así que no puedo acceder a tu vídeo. Avisa a quien administra este bot.
text-unserved = No estoy conectado al servicio de vídeo al que pertenece. Puede que allí se termine de crear. Avisa a quien administra este bot.
text-timed-out = He dejado de comprobarlo; todavía puede llegar.
text-unread = He dejado de comprobarlo y no sé cómo va tu vídeo.
text-stopped-by = Por { $person }. Puede que el vídeo en sí se termine de crear.
text-not-saved = No he podido guardar tu solicitud, así que este mensaje no cambiará. Usa `/videostatus` otra vez más tarde.
text-frozen = Ya no puedo cambiar este mensaje (límite de Discord). Continúo el seguimiento y te avisaré por mensaje directo.
text-frozen-ask = Ya no puedo cambiar este mensaje (límite de Discord). Usa `/videostatus` otra vez para saber cómo ha ido.
text-not-told = No he podido avisar a nadie: no puedo escribir aquí y tienes cerrados los mensajes directos.

# La línea pequeña de abajo: datos breves, unidos por puntos.
small-usual = suele tardar { $span }
small-took = ha tardado { $span }
small-ping-you = te mencionaré aquí
small-ping-people = { $count ->
    [one] mencionaré a { $count } persona aquí
   *[other] mencionaré a { $count } personas aquí
}
small-dm = te enviaré un mensaje directo
small-until = último intento { $moment }
small-private = Solo tú ves esto.
small-then-dm = Pasados 15 minutos, continúo por mensaje directo.
small-then-ask = Pasados 15 minutos, este mensaje deja de cambiar; entonces usa `/videostatus` otra vez.

# Valores.
value-percent = { $percent } %
value-quote = «{ $text }»
span-seconds = { $count } s
span-minutes = { $count } min
span-hours = { $count } h

# Notificaciones: el título y lo que le sigue.
ping-about = { $title }: { $what }
ping-deleted = Alguien ha borrado mi mensaje sobre tu vídeo. Continúo el seguimiento y te diré cómo acaba.
ping-filtered = rechazado por el filtro de seguridad

# Botones: como máximo 80 caracteres, mejor 20.
button-notify = Avisarme
button-notify-off = No avisarme
button-prompt = Prompt completo
button-stop = Dejar de seguir
button-again = Seguir de nuevo
button-open = Abrir vídeo
button-newer = Más recientes
button-older = Más antiguos

# Respuestas privadas.
notice-bad-id = Eso no es el ID de un vídeo. Tiene esta forma: `grok:eee6faa8-9dee-455c-aa82-02ac623adf3a`, de 1 a 512 letras, cifras y `. _ : -`, sin espacios.
notice-store-down = Ahora no puedo acceder a mis registros, así que no he hecho nada. Inténtalo de nuevo en un minuto.
notice-not-requester = Solo puede hacerlo quien lo pidió o un moderador.
notice-already-ended = Ya no sigo este vídeo. Para continuar, usa `/videostatus` con el ID.
notice-unknown-watch = Ya no conozco este mensaje. Para continuar, usa `/videostatus` con el ID.
notice-too-soon = Lo acabo de comprobar. Inténtalo de nuevo en { $wait }.
notice-quota-watches = Ya sigues { $count } vídeos, que es el límite. Antes, deja de seguir alguno con `/videowatches`.
notice-quota-commands = Han sido muchos comandos. Inténtalo de nuevo en { $wait }.
notice-notify-here = Te mencionaré aquí.
notice-notify-dm = Te enviaré un mensaje directo.
notice-notify-off = No te avisaré.
notice-notify-full = Aquí ya aviso a { $count } personas, que es el límite.
notice-refreshing = Estoy preguntando al servicio de vídeo.
notice-watching-again = Ya sigo este vídeo.
notice-stopped = { $count ->
    [one] He dejado de seguir { $count } vídeo.
   *[other] He dejado de seguir { $count } vídeos.
}
notice-no-tasks-found = No he encontrado ningún ID de vídeo en ese mensaje.
notice-no-watches = No sigues ningún vídeo. Empieza con `/videostatus` y el ID que te dio tu servicio de vídeo.
notice-none-finished = Aún no ha terminado ningún vídeo de los que sigues. Empieza con `/videostatus` y el ID que te dio tu servicio de vídeo.
notice-no-watches-here = Nadie sigue ningún vídeo en este servidor. Empieza con `/videostatus` y el ID que te dio tu servicio de vídeo.
notice-no-prompt = El servicio de vídeo no ha dado ningún prompt.
notice-channel-not-yours = No puedes enviar mensajes en ese canal, así que no anuncio nada allí.
notice-channel-not-mine = No puedo enviar mensajes en ese canal. Pide a un administrador que me permita verlo y escribir en él.
notice-managers-only = Solo quienes pueden gestionar el servidor ven los vídeos de todos.
notice-elsewhere = Este bot atiende a otros servidores. Aquí no hace nada.
notice-internal-error = Algo ha fallado por mi parte. Inténtalo de nuevo.

# Listas.
list-title = Vídeos que sigues
list-title-all = Vídeos que se siguen en este servidor
list-title-finished = Vídeos terminados
list-since = desde { $moment }
list-stop = Dejar de seguir…
list-again = Seguir de nuevo…
pick-question = ¿A qué vídeo te refieres?
pick-placeholder = Elige un ID
prompt-enhanced = Prompt mejorado
prompt-original = Prompt original
prompt-in-file = El prompt es demasiado largo para un mensaje: está en el archivo.

# Comandos: descripciones de 1 a 100 caracteres, la entrada del menú de 1 a 32.
command-videostatus = Sigue un vídeo de IA y recíbelo aquí cuando esté listo
command-videowatches = Consulta qué vídeos sigues y deja de seguir algunos
command-check = Comprobar el estado del vídeo
option-id = El ID del vídeo, por ejemplo grok:eee6faa8-9dee-455c-aa82-02ac623adf3a
option-private = Solo tú ves la respuesta
option-spoiler = Ocultar el vídeo hasta que alguien haga clic
option-notify = Dónde te aviso cuando esté listo (por defecto: aquí)
option-channel = Anunciarlo también en otro canal
option-all = Los vídeos de todos en este servidor (requiere Gestionar servidor)
option-show = Cuáles: en curso (por defecto) o terminados
choice-here = Aquí, con una mención
choice-dm = Por mensaje directo
choice-off = No avisarme
choice-running = En curso
choice-finished = Terminados
