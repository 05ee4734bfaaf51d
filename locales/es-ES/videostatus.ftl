# Títulos: de qué trata el mensaje. También abren las notificaciones.
title-waiting = En la cola
title-running = Tu vídeo se está creando
title-finishing = Terminado, a la espera del vídeo
title-troubled = El servicio de vídeo no responde
title-too-large = La respuesta del servicio es demasiado grande
title-done = Tu vídeo está listo
title-no-video = Terminado, pero no hay vídeo
title-failed = La tarea ha fallado
title-not-found = El servicio de vídeo no conoce esta tarea
title-denied = El servicio de vídeo rechaza este bot
title-timed-out = Hemos dejado de seguir la tarea
title-stopped = Seguimiento detenido

# Frases encima del prompt.
text-finishing = El servicio dice que la tarea ha terminado, pero aún no ha entregado el vídeo. Sigo preguntando.
text-troubled = Sigo preguntando; este mensaje continuará en cuanto el servicio responda.
text-too-large = Es más grande de lo que puedo leer, así que no sé cómo va la tarea. Vuelvo a preguntar cada pocos minutos.
text-done-attached = El vídeo está adjunto.
text-done-link = El enlace de arriba abre el vídeo. Puede caducar en menos de un día: guarda lo que quieras conservar.
text-done-unfetched = No pude descargar el archivo aquí; el enlace de arriba abre el vídeo. Puede caducar en menos de un día: guarda lo que quieras conservar.
text-done-hidden = El enlace al vídeo no se puede mostrar aquí.
text-done-coming = El servicio ha enviado el propio vídeo en lugar de un enlace. Si puedo descargarlo y no es demasiado grande, se adjunta al mensaje de este seguimiento.
text-done-unattachable = El servicio ha enviado el propio vídeo en lugar de un enlace, y no se puede adjuntar aquí: es demasiado grande o no se permiten archivos.
text-done-lost = El servicio ha enviado el propio vídeo en lugar de un enlace, y no he podido descargarlo. Vuelve a preguntar con el ID de la tarea.
text-no-video = El servicio ha terminado la tarea, pero no ha entregado ningún vídeo.
text-filtered = El servicio ha terminado la tarea, pero su filtro de seguridad ha rechazado el vídeo.
text-not-found = Comprueba que el ID esté completo, con la parte anterior a los dos puntos (por ejemplo, `grok:`). Tampoco se ven las tareas creadas con la clave de otra cuenta.
text-denied = El servicio no acepta la clave de este bot, así que no se sabe nada de la tarea. Avisa a quien administra este bot.
text-timed-out = La tarea no había terminado después de { $span }, así que hemos dejado de seguirla. Puede que siga en curso: vuelve a preguntar con su ID.
text-unread = Después de { $span }, las respuestas del servicio seguían siendo demasiado grandes para leerlas, así que hemos dejado de seguir la tarea y no sabemos cómo va. Vuelve a preguntar con su ID.
text-stopped = Puede que la tarea en sí siga en curso: vuelve a preguntar con su ID.
caution-ends-by-dm = Este mensaje puede dejar de actualizarse a los 15 minutos; te avisaré del resultado por mensaje directo. Si no llega ninguno, vuelve a preguntar con el ID de la tarea.
caution-ask-again = Este mensaje puede dejar de actualizarse a los 15 minutos; entonces vuelve a preguntar con el ID de la tarea.
caution-not-saved = No he podido guardar esta solicitud, así que este mensaje no cambiará: vuelve a preguntar más tarde con el ID de la tarea.

# Nombres y valores de los datos breves.
field-reason = Motivo que da el servicio
field-says = Mensaje del servicio
field-progress = Progreso
field-usual = Suele tardar
field-model = Modelo
field-ratio = Formato
field-since = En seguimiento desde
field-took = Tiempo de seguimiento
field-changed = Último cambio
field-finished = Terminado
field-until = Fin del seguimiento
field-task = ID de la tarea
value-no-reason = El servicio no ha dado ningún motivo.
value-filtered = Rechazado por el filtro de seguridad.
value-usual = aprox. { $span }

# Letra pequeña.
footer-watching = En seguimiento durante { $span } como máximo: este mensaje se actualiza solo
footer-people = { $count ->
    [one] Se avisará a { $count } persona
   *[other] Se avisará a { $count } personas
}
footer-ended = Este mensaje ya no cambia

# Duraciones abreviadas.
span-seconds = { $count } s
span-minutes = { $count } min
span-hours = { $count } h

# Botones.
button-refresh = Actualizar
button-notify = Avisarme
button-prompt = Prompt completo
button-stop = Dejar de seguir
button-again = Seguir de nuevo
button-open = Abrir vídeo

# Respuestas privadas.
notice-bad-id = Eso no es un ID de tarea. Tiene esta forma: `grok:eee6faa8-9dee-455c-aa82-02ac623adf3a`, de 1 a 512 letras, cifras y `. _ : -`, sin espacios.
notice-store-down = Ahora no puedo acceder a mis registros, así que no he hecho nada. Inténtalo de nuevo en un minuto.
notice-not-requester = Solo puede hacerlo quien lo pidió o un moderador.
notice-already-ended = Este seguimiento ha terminado. Para continuar, vuelve a preguntar con `/videostatus` y el ID de la tarea.
notice-unknown-watch = Ya no conozco este mensaje. Vuelve a preguntar con `/videostatus` y el ID de la tarea.
notice-too-soon = Se acaba de comprobar. Inténtalo de nuevo en { $wait }.
notice-quota-watches = Ya sigues todas las tareas permitidas ({ $count }). Antes, deja de seguir alguna con `/videowatches`.
notice-quota-commands = Han sido muchos comandos. Inténtalo de nuevo en { $wait }.
notice-notify-full = Ya se avisará a { $count } personas, que es el límite.
notice-refreshing = Preguntando al servicio.
notice-watching-again = Este mensaje ya está en seguimiento.
notice-stopped = { $count ->
    [one] Se ha dejado de seguir { $count } tarea.
   *[other] Se han dejado de seguir { $count } tareas.
}
notice-no-tasks-found = No he encontrado ningún ID de tarea en ese mensaje.
notice-no-watches = No se está siguiendo ninguna tarea.
notice-no-prompt = El servicio no ha dado el prompt de esta tarea.
notice-channel-not-yours = No puedes enviar mensajes en ese canal, así que no anunciaré nada allí.
notice-channel-not-mine = No puedo enviar mensajes en ese canal. Pide a un administrador que me permita verlo y escribir en él.
notice-managers-only = Solo quienes pueden gestionar el servidor ven los seguimientos de todos.
notice-elsewhere = Este bot atiende a otros servidores. Aquí no hace nada.
notice-internal-error = Algo ha fallado por mi parte. Inténtalo de nuevo.

# Listas.
list-title = Tareas en seguimiento
list-open = abrir
list-stop = Dejar de seguir…
list-more = … y { $count } más
pick-question = ¿A qué tarea te refieres?
pick-placeholder = Elige un ID de tarea
prompt-enhanced = Prompt mejorado
prompt-original = Prompt original
prompt-in-file = El prompt es demasiado largo para un mensaje: está en el archivo.

# Comandos.
command-videostatus = Sigue una tarea de vídeo con IA y mira aquí el vídeo cuando esté listo
command-videowatches = Mira qué tareas sigues y deja de seguir algunas
command-check = Ver estado del vídeo
option-id = El ID de la tarea, por ejemplo grok:eee6faa8-9dee-455c-aa82-02ac623adf3a
option-private = Solo tú ves la respuesta
option-spoiler = Ocultar el vídeo hasta que alguien haga clic
option-notify = Dónde avisarte cuando termine (por defecto: aquí)
option-channel = Anunciar el final también en otro canal
option-all = Los seguimientos de todos en este servidor (requiere Gestionar servidor)
choice-here = Aquí, con una mención
choice-dm = Por mensaje directo
choice-off = No avisarme
