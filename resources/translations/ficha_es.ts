<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="es" sourcelanguage="en">
    <context>
        <name>AboutCard</name>
        <message>
            <source>About Ficha</source>
            <translation>Acerca de Ficha</translation>
        </message>
        <message>
            <source>Built with</source>
            <translation>Hecho con</translation>
        </message>
        <message>
            <source>Licence</source>
            <translation>Licencia</translation>
        </message>
        <message>
            <source>Signed in as</source>
            <translation>Sesión de</translation>
        </message>
        <message>
            <source>Site</source>
            <translation>Centro</translation>
        </message>
        <message>
            <source>Version</source>
            <translation>Versión</translation>
        </message>
    </context>
    <context>
        <name>Access</name>
        <message>
            <source>Attachment opened</source>
            <translation>Adjunto abierto</translation>
        </message>
        <message>
            <source>Erased</source>
            <translation>Borrado</translation>
        </message>
        <message>
            <source>Erased customer</source>
            <translation>Cliente borrado</translation>
        </message>
        <message>
            <source>Erased with its customer</source>
            <translation>Borrado con su cliente</translation>
        </message>
        <message>
            <source>Everything handed out</source>
            <translation>Copia de todo entregada</translation>
        </message>
        <message>
            <source>Export</source>
            <translation>Exportación</translation>
        </message>
        <message>
            <source>File opened</source>
            <translation>Ficha abierta</translation>
        </message>
        <message>
            <source>From the history</source>
            <translation>Desde el historial</translation>
        </message>
        <message>
            <source>Further files are refused.</source>
            <translation>Se rechazan más fichas.</translation>
        </message>
        <message>
            <source>Hidden value shown</source>
            <translation>Dato oculto mostrado</translation>
        </message>
        <message>
            <source>Import</source>
            <translation>Importación</translation>
        </message>
        <message>
            <source>Legal hold</source>
            <translation>Conservación por ley</translation>
        </message>
        <message>
            <source>No contact</source>
            <translation>Sin contacto</translation>
        </message>
        <message>
            <source>Not written down</source>
            <translation>Sin anotar</translation>
        </message>
        <message>
            <source>Own contact</source>
            <translation>Contacto propio</translation>
        </message>
        <message>
            <source>Past contact read</source>
            <translation>Contacto anterior leído</translation>
        </message>
        <message>
            <source>Recording heard</source>
            <translation>Grabación escuchada</translation>
        </message>
        <message>
            <source>Search</source>
            <translation>Búsqueda</translation>
        </message>
        <message>
            <source>Shown with an offer</source>
            <translation>Mostrada con una oferta</translation>
        </message>
        <message>
            <source>This log read</source>
            <translation>Este registro consultado</translation>
        </message>
        <message>
            <source>Unusually many looks</source>
            <translation>Consultas inusuales</translation>
        </message>
        <message>
            <source>{count} pops while the database was away</source>
            <translation>{count} fichas mostradas mientras faltaba la base de datos</translation>
        </message>
        <message>
            <source>{name} has looked at {looks} different customers in an hour outside of contacts (usual: {usual}).</source>
            <translation>{name} ha consultado {looks} clientes distintos en una hora fuera de contactos (lo habitual: {usual}).</translation>
        </message>
    </context>
    <context>
        <name>AccessLogView</name>
        <message>
            <source>Access log</source>
            <translation>Registro de consultas</translation>
        </message>
        <message>
            <source>Agent</source>
            <translation>Agente</translation>
        </message>
        <message>
            <source>All agents</source>
            <translation>Todos los agentes</translation>
        </message>
        <message>
            <source>Because of</source>
            <translation>Por qué</translation>
        </message>
        <message>
            <source>Clear filters</source>
            <translation>Quitar filtros</translation>
        </message>
        <message>
            <source>Customer</source>
            <translation>Cliente</translation>
        </message>
        <message>
            <source>Detail</source>
            <translation>Detalle</translation>
        </message>
        <message>
            <source>Enter in the list</source>
            <translation>Intro en la lista</translation>
        </message>
        <message>
            <source>Everything</source>
            <translation>Todo</translation>
        </message>
        <message>
            <source>Kind of look</source>
            <translation>Tipo de consulta</translation>
        </message>
        <message>
            <source>Loading…</source>
            <translation>Cargando…</translation>
        </message>
        <message>
            <source>Nobody looked</source>
            <translation>Nadie ha consultado</translation>
        </message>
        <message>
            <source>Nothing of this kind is on record.</source>
            <translation>No hay nada así en el registro.</translation>
        </message>
        <message>
            <source>Only looks at {name}</source>
            <translation>Solo consultas de {name}</translation>
        </message>
        <message>
            <source>Refresh</source>
            <translation>Actualizar</translation>
        </message>
        <message>
            <source>Show older</source>
            <translation>Mostrar anteriores</translation>
        </message>
        <message>
            <source>Time</source>
            <translation>Hora</translation>
        </message>
        <message>
            <source>What</source>
            <translation>Qué</translation>
        </message>
        <message>
            <source>What else this agent looked at</source>
            <translation>Qué más consultó este agente</translation>
        </message>
        <message>
            <source>Who</source>
            <translation>Quién</translation>
        </message>
        <message>
            <source>Who else looked at this customer</source>
            <translation>Quién más consultó a este cliente</translation>
        </message>
        <message>
            <source>Who looked at whom</source>
            <translation>Quién consultó a quién</translation>
        </message>
    </context>
    <context>
        <name>Actions</name>
        <message>
            <source>Finish the contact</source>
            <translation>Terminar el contacto</translation>
        </message>
        <message>
            <source>Go to {page}</source>
            <translation>Ir a {page}</translation>
        </message>
        <message>
            <source>Mute or unmute</source>
            <translation>Silenciar o volver a hablar</translation>
        </message>
        <message>
            <source>Park until {time}</source>
            <translation>Aparcar hasta {time}</translation>
        </message>
        <message>
            <source>Sign out</source>
            <translation>Salir</translation>
        </message>
        <message>
            <source>State: {state}</source>
            <translation>Estado: {state}</translation>
        </message>
        <message>
            <source>Take {name}</source>
            <translation>Tomar {name}</translation>
        </message>
    </context>
    <context>
        <name>AddressField</name>
        <message>
            <source>{address}: not an e-mail address</source>
            <translation>{address}: no es una dirección de correo</translation>
        </message>
    </context>
    <context>
        <name>AddressRow</name>
        <message>
            <source>City</source>
            <translation>Localidad</translation>
        </message>
        <message>
            <source>Country</source>
            <translation>País</translation>
        </message>
        <message>
            <source>Hidden. To change it, remove it and add it anew.</source>
            <translation>Oculta. Para cambiarla, quítela y añádala de nuevo.</translation>
        </message>
        <message>
            <source>Label</source>
            <translation>Etiqueta</translation>
        </message>
        <message>
            <source>Postcode</source>
            <translation>Código postal</translation>
        </message>
        <message>
            <source>Province</source>
            <translation>Provincia</translation>
        </message>
        <message>
            <source>Remove this address</source>
            <translation>Quitar esta dirección</translation>
        </message>
        <message>
            <source>Street, number, floor</source>
            <translation>Calle, número, piso</translation>
        </message>
        <message>
            <source>Two letters, as ES or FR</source>
            <translation>Dos letras, como ES o FR</translation>
        </message>
    </context>
    <context>
        <name>AddressSection</name>
        <message>
            <source>Add an address</source>
            <translation>Añadir una dirección</translation>
        </message>
        <message>
            <source>No postal address is known.</source>
            <translation>No se conoce ninguna dirección postal.</translation>
        </message>
        <message>
            <source>There are too many addresses.</source>
            <translation>Hay demasiadas direcciones.</translation>
        </message>
        <message>
            <source>This does not look right.</source>
            <translation>Esto no parece correcto.</translation>
        </message>
    </context>
    <context>
        <name>ArchiveCard</name>
        <message numerus="yes">
            <source>%Ln entry(ies) in {path}.</source>
            <translation>
                <numerusform>%Ln entrada en {path}.</numerusform>
                <numerusform>%Ln entradas en {path}.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) could not be opened: damaged, or their key is missing.</source>
            <translation>
                <numerusform>%Ln archivo no se pudo abrir: está dañado o falta su clave.</numerusform>
                <numerusform>%Ln archivos no se pudieron abrir: están dañados o falta su clave.</numerusform>
            </translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>Cancelar</translation>
        </message>
        <message>
            <source>Everything of this customer</source>
            <translation>Todo sobre este cliente</translation>
        </message>
        <message>
            <source>For the customer who asks: a page to read, the same as JSON, every recording, attachment and e-mail, and who looked at it. Nothing of it is hidden.</source>
            <translation>Para el cliente que lo pide: una página para leer, lo mismo en JSON, cada grabación, adjunto y correo, y quién lo consultó. Nada va oculto.</translation>
        </message>
        <message>
            <source>It is being made…</source>
            <translation>Se está preparando…</translation>
        </message>
        <message>
            <source>Language of the page</source>
            <translation>Idioma de la página</translation>
        </message>
        <message>
            <source>Progress</source>
            <translation>Progreso</translation>
        </message>
        <message>
            <source>Save as…</source>
            <translation>Guardar como…</translation>
        </message>
        <message>
            <source>Why it is handed out</source>
            <translation>Por qué se entrega</translation>
        </message>
        <message>
            <source>{path} cannot be written. Nothing was kept of it.</source>
            <translation>No se puede escribir {path}. No ha quedado nada.</translation>
        </message>
        <message>
            <source>{size} of {whole}</source>
            <translation>{size} de {whole}</translation>
        </message>
    </context>
    <context>
        <name>AttachmentStrip</name>
        <message>
            <source>Open anyway</source>
            <translation>Abrir de todos modos</translation>
        </message>
        <message>
            <source>Save as…</source>
            <translation>Guardar como…</translation>
        </message>
        <message numerus="yes">
            <source>and %n more file(s)</source>
            <translation>
                <numerusform>y otro archivo más</numerusform>
                <numerusform>y %n archivos más</numerusform>
            </translation>
        </message>
        <message>
            <source>“{name}” could not be saved.</source>
            <translation>«{name}» no se ha podido guardar.</translation>
        </message>
        <message>
            <source>“{name}” may be harmful: {why}. Open it only if you expected it.</source>
            <translation>«{name}» puede ser dañino: {why}. Ábrelo solo si lo esperabas.</translation>
        </message>
    </context>
    <context>
        <name>AttachmentTile</name>
        <message>
            <source>Open</source>
            <translation>Abrir</translation>
        </message>
        <message>
            <source>Save as…</source>
            <translation>Guardar como…</translation>
        </message>
    </context>
    <context>
        <name>Banners</name>
        <message>
            <source>Line out of service: {names}. Calls on it do not come in.</source>
            <translation>Línea fuera de servicio: {names}. No entran llamadas por ella.</translation>
        </message>
        <message>
            <source>Mailbox out of service: {names}. Its e-mail waits, none is lost.</source>
            <translation>Buzón fuera de servicio: {names}. Su correo espera; no se pierde nada.</translation>
        </message>
        <message>
            <source>No connection to the server. What you type is kept; it goes on by itself as soon as the server answers.</source>
            <translation>Sin conexión con el servidor. Lo que escribas se conserva; en cuanto el servidor responda, todo sigue solo.</translation>
        </message>
    </context>
    <context>
        <name>CallStrip</name>
        <message>
            <source>Finish</source>
            <translation>Terminar</translation>
        </message>
        <message>
            <source>Keypad</source>
            <translation>Teclado</translation>
        </message>
        <message>
            <source>Mute</source>
            <translation>Silenciar</translation>
        </message>
        <message>
            <source>Muted</source>
            <translation>Silenciada</translation>
        </message>
        <message>
            <source>No telephone number on file</source>
            <translation>No hay teléfono en la ficha</translation>
        </message>
    </context>
    <context>
        <name>CallbackBody</name>
        <message>
            <source>A call that was asked for</source>
            <translation>Solicitud de llamada</translation>
        </message>
        <message>
            <source>About</source>
            <translation>Asunto</translation>
        </message>
        <message>
            <source>Asked for</source>
            <translation>Pedida</translation>
        </message>
        <message>
            <source>Calls so far</source>
            <translation>Intentos</translation>
        </message>
        <message>
            <source>Nobody answers: try later…</source>
            <translation>No contestan: más tarde…</translation>
        </message>
        <message>
            <source>Number</source>
            <translation>Número</translation>
        </message>
        <message>
            <source>Wanted at</source>
            <translation>Para</translation>
        </message>
        <message>
            <source>Who</source>
            <translation>Quién</translation>
        </message>
    </context>
    <context>
        <name>CannedPopup</name>
        <message>
            <source>Canned replies</source>
            <translation>Respuestas predefinidas</translation>
        </message>
        <message>
            <source>↑ ↓ choose · Enter inserts · Esc leaves</source>
            <translation>↑ ↓ elegir · Intro inserta · Esc cierra</translation>
        </message>
    </context>
    <context>
        <name>ChatBody</name>
        <message>
            <source>Close</source>
            <translation>Cerrar</translation>
        </message>
        <message>
            <source>New messages ↓</source>
            <translation>Mensajes nuevos ↓</translation>
        </message>
        <message>
            <source>The conversation could not be opened</source>
            <translation>No se ha podido abrir la conversación</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>Reintentar</translation>
        </message>
        <message>
            <source>Waiting for your answer for {time}</source>
            <translation>Espera tu respuesta desde hace {time}</translation>
        </message>
        <message>
            <source>{name} has left the page</source>
            <translation>{name} ha dejado la página</translation>
        </message>
        <message>
            <source>{name} is writing: {text}</source>
            <translation>{name} escribe: {text}</translation>
        </message>
        <message>
            <source>{name} is writing…</source>
            <translation>{name} escribe…</translation>
        </message>
    </context>
    <context>
        <name>ChatComposer</name>
        <message numerus="yes">
            <source>%n character(s) too long</source>
            <translation>
                <numerusform>sobra un carácter</numerusform>
                <numerusform>sobran %n caracteres</numerusform>
            </translation>
        </message>
        <message>
            <source>Attach a file</source>
            <translation>Adjuntar un archivo</translation>
        </message>
        <message>
            <source>Attach files</source>
            <translation>Adjuntar archivos</translation>
        </message>
        <message>
            <source>Canned replies (/)</source>
            <translation>Respuestas predefinidas (/)</translation>
        </message>
        <message>
            <source>Enter sends · Shift+Enter new line · / canned replies</source>
            <translation>Intro envía · Mayús+Intro nueva línea · / respuestas</translation>
        </message>
        <message>
            <source>Message</source>
            <translation>Mensaje</translation>
        </message>
        <message>
            <source>Send</source>
            <translation>Enviar</translation>
        </message>
        <message>
            <source>This chat cannot be answered.</source>
            <translation>A este chat no se puede responder.</translation>
        </message>
        <message>
            <source>Write a message…</source>
            <translation>Escribe un mensaje…</translation>
        </message>
        <message>
            <source>picture</source>
            <translation>imagen</translation>
        </message>
    </context>
    <context>
        <name>ChatForm</name>
        <message>
            <source>E-mail</source>
            <translation>Correo</translation>
        </message>
        <message>
            <source>Message</source>
            <translation>Mensaje</translation>
        </message>
        <message>
            <source>Name</source>
            <translation>Nombre</translation>
        </message>
        <message>
            <source>Phone</source>
            <translation>Teléfono</translation>
        </message>
        <message>
            <source>Subject</source>
            <translation>Asunto</translation>
        </message>
    </context>
    <context>
        <name>ColumnsView</name>
        <message>
            <source>(no heading)</source>
            <translation>(sin encabezado)</translation>
        </message>
        <message>
            <source>Becomes</source>
            <translation>Pasa a ser</translation>
        </message>
        <message>
            <source>Column of the source</source>
            <translation>Columna del origen</translation>
        </message>
        <message>
            <source>Columns of the source</source>
            <translation>Columnas del origen</translation>
        </message>
        <message>
            <source>Order of its dates</source>
            <translation>Orden de sus fechas</translation>
        </message>
        <message>
            <source>What stands in it</source>
            <translation>Qué contiene</translation>
        </message>
        <message>
            <source>What the column becomes</source>
            <translation>En qué se convierte la columna</translation>
        </message>
        <message>
            <source>becomes</source>
            <translation>pasa a ser</translation>
        </message>
        <message>
            <source>dates stand as</source>
            <translation>fechas en orden</translation>
        </message>
        <message>
            <source>guessed</source>
            <translation>deducido</translation>
        </message>
    </context>
    <context>
        <name>CommandBar</name>
        <message>
            <source>Call {number}</source>
            <translation>Llamar al {number}</translation>
        </message>
        <message>
            <source>Customer, number, words of a contact, action</source>
            <translation>Cliente, número, palabras de un contacto, acción</translation>
        </message>
        <message>
            <source>Not on file</source>
            <translation>Sin ficha</translation>
        </message>
        <message>
            <source>Nothing found.</source>
            <translation>No se ha encontrado nada.</translation>
        </message>
        <message>
            <source>Searching…</source>
            <translation>Buscando…</translation>
        </message>
        <message>
            <source>Similar spelling</source>
            <translation>Escritura parecida</translation>
        </message>
        <message>
            <source>What was found</source>
            <translation>Lo encontrado</translation>
        </message>
    </context>
    <context>
        <name>Composer</name>
        <message>
            <source>A file did not arrive: try it again, or take it out.</source>
            <translation>Un archivo no ha llegado: vuelve a intentarlo o quítalo.</translation>
        </message>
        <message>
            <source>An address is not right: press it to correct it.</source>
            <translation>Una dirección no es correcta: púlsala para corregirla.</translation>
        </message>
        <message>
            <source>Attach files</source>
            <translation>Adjuntar archivos</translation>
        </message>
        <message>
            <source>Bcc</source>
            <translation>Cco</translation>
        </message>
        <message>
            <source>Being sent…</source>
            <translation>Enviando…</translation>
        </message>
        <message>
            <source>Canned reply (/)</source>
            <translation>Respuesta predefinida (/)</translation>
        </message>
        <message>
            <source>Cc</source>
            <translation>Cc</translation>
        </message>
        <message>
            <source>Cc, Bcc</source>
            <translation>Cc, Cco</translation>
        </message>
        <message>
            <source>Forward</source>
            <translation>Reenviar</translation>
        </message>
        <message>
            <source>New e-mail</source>
            <translation>Correo nuevo</translation>
        </message>
        <message>
            <source>Not saved</source>
            <translation>Sin guardar</translation>
        </message>
        <message>
            <source>Not saved yet</source>
            <translation>Aún sin guardar</translation>
        </message>
        <message>
            <source>Picture {time}.png</source>
            <translation>Imagen {time}.png</translation>
        </message>
        <message>
            <source>Press to change it</source>
            <translation>Pulsa para cambiarlo</translation>
        </message>
        <message>
            <source>Quotes nothing</source>
            <translation>No cita nada</translation>
        </message>
        <message>
            <source>Quotes the message</source>
            <translation>Cita el mensaje</translation>
        </message>
        <message>
            <source>Reply</source>
            <translation>Responder</translation>
        </message>
        <message>
            <source>Reply to all</source>
            <translation>Responder a todos</translation>
        </message>
        <message>
            <source>Saved {time}</source>
            <translation>Guardado {time}</translation>
        </message>
        <message>
            <source>Send</source>
            <translation>Enviar</translation>
        </message>
        <message>
            <source>Send and finish</source>
            <translation>Enviar y terminar</translation>
        </message>
        <message>
            <source>Show the messages</source>
            <translation>Ver los mensajes</translation>
        </message>
        <message>
            <source>Signature: {text}</source>
            <translation>Firma: {text}</translation>
        </message>
        <message>
            <source>Still to be filled in: {what}</source>
            <translation>Falta rellenar: {what}</translation>
        </message>
        <message>
            <source>Subject</source>
            <translation>Asunto</translation>
        </message>
        <message>
            <source>Text of the answer</source>
            <translation>Texto de la respuesta</translation>
        </message>
        <message>
            <source>The text speaks of a file, and none is attached. Send again to go on.</source>
            <translation>El texto habla de un archivo y no hay ninguno adjunto. Vuelve a enviar para seguir.</translation>
        </message>
        <message>
            <source>There is no subject. Send again to go on.</source>
            <translation>No hay asunto. Vuelve a enviar para seguir.</translation>
        </message>
        <message>
            <source>Throw the draft away</source>
            <translation>Descartar el borrador</translation>
        </message>
        <message>
            <source>To</source>
            <translation>Para</translation>
        </message>
        <message>
            <source>Write here. “/” finds a canned reply.</source>
            <translation>Escribe aquí. «/» busca una respuesta predefinida.</translation>
        </message>
    </context>
    <context>
        <name>ConflictView</name>
        <message numerus="yes">
            <source>%n field(s) still to choose</source>
            <translation>
                <numerusform>Falta elegir %n campo</numerusform>
                <numerusform>Faltan por elegir %n campos</numerusform>
            </translation>
        </message>
        <message>
            <source>Back to editing</source>
            <translation>Volver a la edición</translation>
        </message>
        <message>
            <source>Both versions say the same.</source>
            <translation>Las dos versiones dicen lo mismo.</translation>
        </message>
        <message>
            <source>Nothing is lost: choose for each field which version stays, then save.</source>
            <translation>No se pierde nada: elige en cada campo qué versión se queda y guarda.</translation>
        </message>
        <message>
            <source>Save with these choices</source>
            <translation>Guardar lo elegido</translation>
        </message>
        <message>
            <source>Somebody</source>
            <translation>Alguien</translation>
        </message>
        <message>
            <source>{agent} saved first</source>
            <translation>{agent} guardó antes</translation>
        </message>
    </context>
    <context>
        <name>ConsentRow</name>
        <message>
            <source>Given</source>
            <translation>Dado</translation>
        </message>
        <message>
            <source>Refused</source>
            <translation>Negado</translation>
        </message>
        <message>
            <source>now</source>
            <translation>ahora</translation>
        </message>
    </context>
    <context>
        <name>ConsentSection</name>
        <message>
            <source>Answer</source>
            <translation>Respuesta</translation>
        </message>
        <message>
            <source>Given</source>
            <translation>Dado</translation>
        </message>
        <message>
            <source>How</source>
            <translation>Cómo</translation>
        </message>
        <message>
            <source>One of these does not look right.</source>
            <translation>Uno de estos no parece correcto.</translation>
        </message>
        <message>
            <source>Refused</source>
            <translation>Negado</translation>
        </message>
        <message>
            <source>The customer has not been asked yet.</source>
            <translation>Aún no se ha preguntado al cliente.</translation>
        </message>
        <message>
            <source>What for</source>
            <translation>Para qué</translation>
        </message>
        <message>
            <source>What the customer says now</source>
            <translation>Lo que dice ahora el cliente</translation>
        </message>
        <message>
            <source>What was said before</source>
            <translation>Lo que dijo antes</translation>
        </message>
        <message>
            <source>Write it down</source>
            <translation>Anotarlo</translation>
        </message>
    </context>
    <context>
        <name>ConsultStrip</name>
        <message>
            <source>in consultation, the caller waits</source>
            <translation>en consulta, quien llama espera</translation>
        </message>
        <message>
            <source>in consultation, the others wait</source>
            <translation>en consulta, los demás esperan</translation>
        </message>
        <message>
            <source>ringing…</source>
            <translation>sonando…</translation>
        </message>
    </context>
    <context>
        <name>ContactFilter</name>
        <message>
            <source>All queues</source>
            <translation>Todas las colas</translation>
        </message>
        <message>
            <source>Queue: {queue}</source>
            <translation>Cola: {queue}</translation>
        </message>
        <message>
            <source>Show one queue</source>
            <translation>Mostrar una cola</translation>
        </message>
        <message>
            <source>WAITING</source>
            <translation>EN ESPERA</translation>
        </message>
        <message>
            <source>{shown} of {all}</source>
            <translation>{shown} de {all}</translation>
        </message>
    </context>
    <context>
        <name>ContactInPlace</name>
        <message>
            <source>All contacts</source>
            <translation>Todos los contactos</translation>
        </message>
        <message>
            <source>Back to the list (Esc)</source>
            <translation>Volver a la lista (Esc)</translation>
        </message>
        <message>
            <source>Contact</source>
            <translation>Contacto</translation>
        </message>
        <message>
            <source>It cannot be shown</source>
            <translation>No se puede mostrar</translation>
        </message>
        <message>
            <source>Loading…</source>
            <translation>Cargando…</translation>
        </message>
        <message>
            <source>Recording</source>
            <translation>Grabación</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>Reintentar</translation>
        </message>
        <message>
            <source>What was written</source>
            <translation>Lo escrito</translation>
        </message>
    </context>
    <context>
        <name>ContactList</name>
        <message>
            <source>Contacts</source>
            <translation>Contactos</translation>
        </message>
        <message>
            <source>MY CONTACTS</source>
            <translation>MIS CONTACTOS</translation>
        </message>
        <message>
            <source>No contacts now</source>
            <translation>Ahora no hay contactos</translation>
        </message>
        <message>
            <source>PARKED</source>
            <translation>APARCADOS</translation>
        </message>
        <message>
            <source>Put yourself on Ready to receive contacts.</source>
            <translation>Ponte en Disponible para recibir contactos.</translation>
        </message>
        <message>
            <source>The next contact opens its file here by itself.</source>
            <translation>El próximo contacto abre aquí su ficha por sí solo.</translation>
        </message>
        <message>
            <source>Waiting contacts</source>
            <translation>Contactos en espera</translation>
        </message>
    </context>
    <context>
        <name>Conversation</name>
        <message>
            <source>Choose a contact on the left, or press Ctrl+K to find a customer or call.</source>
            <translation>Elige un contacto a la izquierda, o pulsa Ctrl+K para buscar un cliente o llamar.</translation>
        </message>
        <message>
            <source>Nothing in hand</source>
            <translation>Nada entre manos</translation>
        </message>
    </context>
    <context>
        <name>CustomSection</name>
        <message>
            <source>No</source>
            <translation>No</translation>
        </message>
        <message>
            <source>Not known</source>
            <translation>No se sabe</translation>
        </message>
        <message>
            <source>This does not look right.</source>
            <translation>Esto no parece correcto.</translation>
        </message>
        <message>
            <source>Yes</source>
            <translation>Sí</translation>
        </message>
        <message>
            <source>day/month/year</source>
            <translation>día/mes/año</translation>
        </message>
    </context>
    <context>
        <name>CustomerData</name>
        <message>
            <source>Address</source>
            <translation>Dirección</translation>
        </message>
        <message>
            <source>Confirmed {day}</source>
            <translation>Confirmado el {day}</translation>
        </message>
        <message>
            <source>Known on the web site</source>
            <translation>Conocido en la web</translation>
        </message>
        <message>
            <source>Related people and organisations</source>
            <translation>Personas y organizaciones relacionadas</translation>
        </message>
        <message>
            <source>Source: {source}</source>
            <translation>Fuente: {source}</translation>
        </message>
        <message>
            <source>Who changed it: {field}</source>
            <translation>Quién lo cambió: {field}</translation>
        </message>
    </context>
    <context>
        <name>CustomerEditor</name>
        <message>
            <source>A name is needed.</source>
            <translation>Hace falta un nombre.</translation>
        </message>
        <message>
            <source>Add a phone</source>
            <translation>Añadir teléfono</translation>
        </message>
        <message>
            <source>Add a reference</source>
            <translation>Añadir referencia</translation>
        </message>
        <message>
            <source>Add an e-mail</source>
            <translation>Añadir correo</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>Cancelar</translation>
        </message>
        <message>
            <source>Compare</source>
            <translation>Comparar</translation>
        </message>
        <message>
            <source>Edit customer</source>
            <translation>Editar cliente</translation>
        </message>
        <message>
            <source>Keep it at the top of the file</source>
            <translation>Fijar arriba en la ficha</translation>
        </message>
        <message>
            <source>New customer</source>
            <translation>Cliente nuevo</translation>
        </message>
        <message>
            <source>New note</source>
            <translation>Nota nueva</translation>
        </message>
        <message>
            <source>Nobody</source>
            <translation>Nadie</translation>
        </message>
        <message>
            <source>Not known</source>
            <translation>Sin indicar</translation>
        </message>
        <message>
            <source>One of these does not look right.</source>
            <translation>Alguno de estos no parece correcto.</translation>
        </message>
        <message>
            <source>Person or company</source>
            <translation>Persona o empresa</translation>
        </message>
        <message>
            <source>Save</source>
            <translation>Guardar</translation>
        </message>
        <message>
            <source>Save or cancel your changes first.</source>
            <translation>Guarda o cancela antes los cambios.</translation>
        </message>
        <message>
            <source>Saving…</source>
            <translation>Guardando…</translation>
        </message>
        <message>
            <source>Takes the last change back (Ctrl+Shift+Z)</source>
            <translation>Deshace el último cambio (Ctrl+Mayús+Z)</translation>
        </message>
        <message>
            <source>The customer is saved, the note is not. Save again.</source>
            <translation>El cliente está guardado, la nota no. Vuelve a guardar.</translation>
        </message>
        <message>
            <source>This does not look right.</source>
            <translation>Esto no parece correcto.</translation>
        </message>
        <message>
            <source>Undo</source>
            <translation>Deshacer</translation>
        </message>
        <message>
            <source>What the next agent should know</source>
            <translation>Lo que debería saber el próximo agente</translation>
        </message>
        <message>
            <source>as here</source>
            <translation>la de aquí</translation>
        </message>
        <message>
            <source>day/month/year</source>
            <translation>día/mes/año</translation>
        </message>
        <message>
            <source>{agent} has just changed this customer.</source>
            <translation>{agent} acaba de cambiar este cliente.</translation>
        </message>
    </context>
    <context>
        <name>CustomerFields</name>
        <message>
            <source>(empty)</source>
            <translation>(vacío)</translation>
        </message>
        <message>
            <source>Account closed</source>
            <translation>Cuenta cerrada</translation>
        </message>
        <message>
            <source>Active</source>
            <translation>Activo</translation>
        </message>
        <message>
            <source>Advertising</source>
            <translation>Publicidad</translation>
        </message>
        <message>
            <source>Alerts</source>
            <translation>Avisos</translation>
        </message>
        <message>
            <source>Any way</source>
            <translation>Por cualquier vía</translation>
        </message>
        <message>
            <source>Born on</source>
            <translation>Fecha de nacimiento</translation>
        </message>
        <message>
            <source>Brother or sister of</source>
            <translation>Hermano o hermana de</translation>
        </message>
        <message>
            <source>By e-mail</source>
            <translation>Por correo electrónico</translation>
        </message>
        <message>
            <source>By post</source>
            <translation>Por correo postal</translation>
        </message>
        <message>
            <source>By telephone</source>
            <translation>Por teléfono</translation>
        </message>
        <message>
            <source>By text message</source>
            <translation>Por SMS</translation>
        </message>
        <message>
            <source>Child of</source>
            <translation>Hijo o hija de</translation>
        </message>
        <message>
            <source>Consents</source>
            <translation>Consentimientos</translation>
        </message>
        <message>
            <source>Deceased</source>
            <translation>Fallecido</translation>
        </message>
        <message>
            <source>Do not record</source>
            <translation>No grabar</translation>
        </message>
        <message>
            <source>Employs</source>
            <translation>Emplea a</translation>
        </message>
        <message>
            <source>Family name</source>
            <translation>Apellidos</translation>
        </message>
        <message>
            <source>Given name</source>
            <translation>Nombre de pila</translation>
        </message>
        <message>
            <source>Guardian of</source>
            <translation>Tutor o tutora de</translation>
        </message>
        <message>
            <source>Has as a part</source>
            <translation>Tiene como filial a</translation>
        </message>
        <message>
            <source>In the care of</source>
            <translation>Bajo la tutela de</translation>
        </message>
        <message>
            <source>Kind</source>
            <translation>Tipo</translation>
        </message>
        <message>
            <source>Knows</source>
            <translation>Conoce a</translation>
        </message>
        <message>
            <source>Language</source>
            <translation>Idioma</translation>
        </message>
        <message>
            <source>Lives with</source>
            <translation>Vive con</translation>
        </message>
        <message>
            <source>Name</source>
            <translation>Nombre</translation>
        </message>
        <message>
            <source>No</source>
            <translation>No</translation>
        </message>
        <message>
            <source>Numbers and addresses</source>
            <translation>Números y direcciones</translation>
        </message>
        <message>
            <source>Organisation</source>
            <translation>Empresa</translation>
        </message>
        <message>
            <source>Owner</source>
            <translation>Responsable</translation>
        </message>
        <message>
            <source>Parent of</source>
            <translation>Padre o madre de</translation>
        </message>
        <message>
            <source>Part of</source>
            <translation>Forma parte de</translation>
        </message>
        <message>
            <source>Partner of</source>
            <translation>Pareja de</translation>
        </message>
        <message>
            <source>Payment overdue</source>
            <translation>Pago vencido</translation>
        </message>
        <message>
            <source>Person</source>
            <translation>Persona</translation>
        </message>
        <message>
            <source>Postal addresses</source>
            <translation>Direcciones postales</translation>
        </message>
        <message>
            <source>Prospect</source>
            <translation>Potencial</translation>
        </message>
        <message>
            <source>Related customers</source>
            <translation>Clientes relacionados</translation>
        </message>
        <message>
            <source>Service</source>
            <translation>Servicio</translation>
        </message>
        <message>
            <source>Status</source>
            <translation>Estado</translation>
        </message>
        <message>
            <source>Surveys</source>
            <translation>Encuestas</translation>
        </message>
        <message>
            <source>Tags</source>
            <translation>Etiquetas</translation>
        </message>
        <message>
            <source>Time zone</source>
            <translation>Zona horaria</translation>
        </message>
        <message>
            <source>Vulnerable</source>
            <translation>Vulnerable</translation>
        </message>
        <message>
            <source>Works at</source>
            <translation>Trabaja en</translation>
        </message>
        <message>
            <source>Yes</source>
            <translation>Sí</translation>
        </message>
        <message>
            <source>given</source>
            <translation>dado</translation>
        </message>
        <message>
            <source>refused</source>
            <translation>negado</translation>
        </message>
    </context>
    <context>
        <name>CustomerHead</name>
        <message numerus="yes">
            <source>%n missed call(s) to call back</source>
            <translation>
                <numerusform>%n llamada perdida por devolver</numerusform>
                <numerusform>%n llamadas perdidas por devolver</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n open matter(s)</source>
            <translation>
                <numerusform>%n asunto abierto</numerusform>
                <numerusform>%n asuntos abiertos</numerusform>
            </translation>
        </message>
        <message>
            <source>E-mail</source>
            <translation>Correo</translation>
        </message>
        <message>
            <source>Edit the customer</source>
            <translation>Editar el cliente</translation>
        </message>
        <message>
            <source>Last contact</source>
            <translation>Último contacto</translation>
        </message>
        <message>
            <source>No contact</source>
            <translation>Sin contacto</translation>
        </message>
        <message>
            <source>None yet</source>
            <translation>Ninguno todavía</translation>
        </message>
        <message>
            <source>Owner</source>
            <translation>Responsable</translation>
        </message>
        <message>
            <source>Phones</source>
            <translation>Teléfonos</translation>
        </message>
        <message>
            <source>Reference</source>
            <translation>Referencia</translation>
        </message>
    </context>
    <context>
        <name>CustomerNotes</name>
        <message>
            <source>A note that stays in the file…</source>
            <translation>Una nota que se queda en la ficha…</translation>
        </message>
        <message>
            <source>Add note</source>
            <translation>Añadir nota</translation>
        </message>
        <message>
            <source>New note</source>
            <translation>Nota nueva</translation>
        </message>
        <message>
            <source>No notes yet.</source>
            <translation>Todavía no hay notas.</translation>
        </message>
        <message>
            <source>The note was changed.</source>
            <translation>Se cambió la nota.</translation>
        </message>
        <message>
            <source>Undo</source>
            <translation>Deshacer</translation>
        </message>
    </context>
    <context>
        <name>CustomerPanel</name>
        <message>
            <source>Clear filters</source>
            <translation>Quitar filtros</translation>
        </message>
        <message>
            <source>Data</source>
            <translation>Datos</translation>
        </message>
        <message>
            <source>History</source>
            <translation>Historial</translation>
        </message>
        <message>
            <source>It cannot be shown</source>
            <translation>No se puede mostrar</translation>
        </message>
        <message>
            <source>Loading…</source>
            <translation>Cargando…</translation>
        </message>
        <message>
            <source>No contact before</source>
            <translation>Sin contactos anteriores</translation>
        </message>
        <message>
            <source>No contact matches these filters</source>
            <translation>Ningún contacto cumple estos filtros</translation>
        </message>
        <message>
            <source>Notes</source>
            <translation>Notas</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>Reintentar</translation>
        </message>
    </context>
    <context>
        <name>CustomerRightsView</name>
        <message>
            <source>Another customer…</source>
            <translation>Otro cliente…</translation>
        </message>
        <message>
            <source>Customer without a name</source>
            <translation>Cliente sin nombre</translation>
        </message>
        <message>
            <source>Hold a customer back, hand out everything, or erase it for good.</source>
            <translation>Conserva a un cliente por ley, entrega todo lo suyo o bórralo para siempre.</translation>
        </message>
        <message>
            <source>It is a large file. This page says when it is done.</source>
            <translation>Es una ficha grande. Esta página avisará cuando termine.</translation>
        </message>
        <message>
            <source>Look for a customer…</source>
            <translation>Buscar un cliente…</translation>
        </message>
        <message>
            <source>Nothing of it is left here.</source>
            <translation>Aquí no queda nada de él.</translation>
        </message>
        <message>
            <source>Open the file</source>
            <translation>Abrir la ficha</translation>
        </message>
        <message>
            <source>The customer was erased</source>
            <translation>El cliente se ha borrado</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>Reintentar</translation>
        </message>
        <message>
            <source>Who looked at this customer</source>
            <translation>Quién consultó a este cliente</translation>
        </message>
        <message>
            <source>Whose privacy?</source>
            <translation>¿La privacidad de quién?</translation>
        </message>
        <message>
            <source>{name} is being erased</source>
            <translation>Se está borrando {name}</translation>
        </message>
        <message>
            <source>{rows} entries went. That it was done, and why, is on record.</source>
            <translation>Se han ido {rows} entradas. Queda constancia de que se hizo y por qué.</translation>
        </message>
    </context>
    <context>
        <name>CustomerWords</name>
        <message>
            <source>Account closed</source>
            <translation>Cuenta cerrada</translation>
        </message>
        <message>
            <source>Active</source>
            <translation>Activo</translation>
        </message>
        <message>
            <source>Child</source>
            <translation>Hijo o hija</translation>
        </message>
        <message>
            <source>Deceased</source>
            <translation>Fallecido</translation>
        </message>
        <message>
            <source>Do not record</source>
            <translation>No grabar</translation>
        </message>
        <message>
            <source>Guardian</source>
            <translation>Tutor</translation>
        </message>
        <message>
            <source>Has as a part</source>
            <translation>Incluye a</translation>
        </message>
        <message>
            <source>Is guardian of</source>
            <translation>Tutela a</translation>
        </message>
        <message>
            <source>Knows</source>
            <translation>Conoce a</translation>
        </message>
        <message>
            <source>No contact</source>
            <translation>Sin contacto</translation>
        </message>
        <message>
            <source>Parent</source>
            <translation>Padre o madre</translation>
        </message>
        <message>
            <source>Part of</source>
            <translation>Forma parte de</translation>
        </message>
        <message>
            <source>Partner</source>
            <translation>Pareja</translation>
        </message>
        <message>
            <source>Payment overdue</source>
            <translation>Pago pendiente</translation>
        </message>
        <message>
            <source>Prospect</source>
            <translation>Cliente potencial</translation>
        </message>
        <message>
            <source>Same household</source>
            <translation>Mismo hogar</translation>
        </message>
        <message>
            <source>Sibling</source>
            <translation>Hermano o hermana</translation>
        </message>
        <message>
            <source>Vulnerable</source>
            <translation>Vulnerable</translation>
        </message>
        <message>
            <source>Works at</source>
            <translation>Trabaja en</translation>
        </message>
        <message>
            <source>Works here</source>
            <translation>Trabaja aquí</translation>
        </message>
    </context>
    <context>
        <name>CustomersPage</name>
        <message numerus="yes">
            <source>%n found</source>
            <translation>
                <numerusform>%n resultado</numerusform>
                <numerusform>%n resultados</numerusform>
            </translation>
        </message>
        <message>
            <source>As many searches as may be kept: forget one first</source>
            <translation>No caben más búsquedas: olvida antes una</translation>
        </message>
        <message>
            <source>Choose a customer on the left, or start a new file with Ctrl+N.</source>
            <translation>Elige un cliente a la izquierda, o abre una ficha nueva con Ctrl+N.</translation>
        </message>
        <message>
            <source>Customer</source>
            <translation>Cliente</translation>
        </message>
        <message>
            <source>Customers</source>
            <translation>Clientes</translation>
        </message>
        <message>
            <source>Customers found</source>
            <translation>Clientes encontrados</translation>
        </message>
        <message>
            <source>Details</source>
            <translation>Detalles</translation>
        </message>
        <message>
            <source>Forget “{text}”</source>
            <translation>Olvidar «{text}»</translation>
        </message>
        <message>
            <source>Keep “{text}”</source>
            <translation>Guardar «{text}»</translation>
        </message>
        <message>
            <source>Kept searches</source>
            <translation>Búsquedas guardadas</translation>
        </message>
        <message>
            <source>Last contact</source>
            <translation>Último contacto</translation>
        </message>
        <message>
            <source>Name, number, e-mail, reference…</source>
            <translation>Nombre, número, correo, referencia…</translation>
        </message>
        <message>
            <source>New</source>
            <translation>Nuevo</translation>
        </message>
        <message>
            <source>New customer</source>
            <translation>Cliente nuevo</translation>
        </message>
        <message>
            <source>New customer (Ctrl+N)</source>
            <translation>Cliente nuevo (Ctrl+N)</translation>
        </message>
        <message>
            <source>No file open</source>
            <translation>Ninguna ficha abierta</translation>
        </message>
        <message>
            <source>No search was kept yet</source>
            <translation>Aún no hay búsquedas guardadas</translation>
        </message>
        <message>
            <source>Nobody found</source>
            <translation>No aparece nadie</translation>
        </message>
        <message>
            <source>Part of a name, a number in any spelling, an address, a reference.</source>
            <translation>Parte de un nombre, un número escrito de cualquier forma, un correo, una referencia.</translation>
        </message>
        <message>
            <source>Search as you type</source>
            <translation>Busca mientras escribes</translation>
        </message>
        <message>
            <source>Search customers</source>
            <translation>Buscar clientes</translation>
        </message>
        <message>
            <source>Searching…</source>
            <translation>Buscando…</translation>
        </message>
        <message>
            <source>Show more</source>
            <translation>Ver más</translation>
        </message>
        <message>
            <source>Similar spelling</source>
            <translation>Escritura parecida</translation>
        </message>
        <message>
            <source>The {count} most recent</source>
            <translation>Los {count} más recientes</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>Reintentar</translation>
        </message>
        <message>
            <source>Try fewer letters, or start a file with what you typed.</source>
            <translation>Prueba con menos letras, o abre una ficha con lo que has escrito.</translation>
        </message>
    </context>
    <context>
        <name>DecisionView</name>
        <message>
            <source>Asked for: {skills}</source>
            <translation>Se pedía: {skills}</translation>
        </message>
        <message>
            <source>Nothing is asked for any more</source>
            <translation>Ya no se pide nada</translation>
        </message>
        <message>
            <source>Waited {time}</source>
            <translation>Esperó {time}</translation>
        </message>
        <message numerus="yes">
            <source>and %n more agent(s)</source>
            <translation>
                <numerusform>y otro agente más</numerusform>
                <numerusform>y %n agentes más</numerusform>
            </translation>
        </message>
        <message>
            <source>place {place} in the queue</source>
            <translation>puesto {place} de la cola</translation>
        </message>
        <message>
            <source>points {score}</source>
            <translation>{score} puntos</translation>
        </message>
        <message numerus="yes">
            <source>relaxed %n time(s)</source>
            <translation>
                <numerusform>exigencia rebajada una vez</numerusform>
                <numerusform>exigencia rebajada %n veces</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>DemoPanel</name>
        <message>
            <source>Caller who gives up</source>
            <translation>Quien se cansa y cuelga</translation>
        </message>
        <message>
            <source>Caller {number} dials</source>
            <translation>Llamante {number}: marca</translation>
        </message>
        <message>
            <source>Caller {number} has hung up</source>
            <translation>Llamante {number}: ha colgado</translation>
        </message>
        <message>
            <source>Caller {number} hears it ring</source>
            <translation>Llamante {number}: oye el tono de llamada</translation>
        </message>
        <message>
            <source>Caller {number} talks</source>
            <translation>Llamante {number}: habla</translation>
        </message>
        <message>
            <source>Chat from the web page</source>
            <translation>Chat desde la página web</translation>
        </message>
        <message>
            <source>Demo</source>
            <translation>Demostración</translation>
        </message>
        <message>
            <source>E-mail</source>
            <translation>Correo</translation>
        </message>
        <message>
            <source>Each caller rings by real SIP, and speaks.</source>
            <translation>Cada llamada entra por SIP de verdad, y habla.</translation>
        </message>
        <message>
            <source>Known customer</source>
            <translation>Cliente conocido</translation>
        </message>
        <message>
            <source>Not done: {why}</source>
            <translation>No se hizo: {why}</translation>
        </message>
        <message>
            <source>Open the web page with the chat</source>
            <translation>Abrir la página web con el chat</translation>
        </message>
        <message>
            <source>Ring or write as…</source>
            <translation>Llamar o escribir como…</translation>
        </message>
        <message>
            <source>Several customers</source>
            <translation>Varios clientes</translation>
        </message>
        <message>
            <source>Three at once</source>
            <translation>Tres a la vez</translation>
        </message>
        <message>
            <source>Unknown number</source>
            <translation>Número desconocido</translation>
        </message>
        <message>
            <source>Withheld number</source>
            <translation>Número oculto</translation>
        </message>
    </context>
    <context>
        <name>DialButton</name>
        <message>
            <source>Call a number</source>
            <translation>Llamar a un número</translation>
        </message>
        <message>
            <source>Dial</source>
            <translation>Marcar</translation>
        </message>
    </context>
    <context>
        <name>DialPad</name>
        <message>
            <source>Call</source>
            <translation>Llamar</translation>
        </message>
        <message>
            <source>Number or extension</source>
            <translation>Número o extensión</translation>
        </message>
        <message>
            <source>Only digits, *, # and + can be dialled.</source>
            <translation>Solo se pueden marcar cifras, *, # y +.</translation>
        </message>
    </context>
    <context>
        <name>DialRow</name>
        <message>
            <source>Call back</source>
            <translation>Llamar</translation>
        </message>
        <message>
            <source>Number to call</source>
            <translation>Número al que llamar</translation>
        </message>
        <message>
            <source>This cannot be dialled.</source>
            <translation>Esto no se puede marcar.</translation>
        </message>
    </context>
    <context>
        <name>DuplicatesPage</name>
        <message numerus="yes">
            <source>%Ln pair(s)</source>
            <translation>
                <numerusform>%Ln par</numerusform>
                <numerusform>%Ln pares</numerusform>
            </translation>
        </message>
        <message>
            <source>Duplicates</source>
            <translation>Duplicados</translation>
        </message>
        <message>
            <source>Merged</source>
            <translation>Fusionados</translation>
        </message>
        <message>
            <source>To look at</source>
            <translation>Por revisar</translation>
        </message>
    </context>
    <context>
        <name>EmailBody</name>
        <message>
            <source>Bring it back</source>
            <translation>Recuperar</translation>
        </message>
        <message>
            <source>Copy the text</source>
            <translation>Copiar el texto</translation>
        </message>
        <message>
            <source>Forward</source>
            <translation>Reenviar</translation>
        </message>
        <message>
            <source>Goes out in {seconds} s.</source>
            <translation>Sale en {seconds} s.</translation>
        </message>
        <message>
            <source>Loading…</source>
            <translation>Cargando…</translation>
        </message>
        <message>
            <source>Reply</source>
            <translation>Responder</translation>
        </message>
        <message>
            <source>Reply to all</source>
            <translation>A todos</translation>
        </message>
        <message>
            <source>The draft was thrown away.</source>
            <translation>Borrador descartado.</translation>
        </message>
        <message>
            <source>The messages cannot be shown</source>
            <translation>No se pueden mostrar los mensajes</translation>
        </message>
        <message>
            <source>Then the contact is finished: {result}</source>
            <translation>Después se termina el contacto: {result}</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>Reintentar</translation>
        </message>
        <message>
            <source>Undo</source>
            <translation>Deshacer</translation>
        </message>
        <message>
            <source>What you wrote here was not saved.</source>
            <translation>Lo que has escrito aquí no se ha guardado.</translation>
        </message>
    </context>
    <context>
        <name>EraseCard</name>
        <message>
            <source>Erase</source>
            <translation>Borrar</translation>
        </message>
        <message>
            <source>Erase for good</source>
            <translation>Borrar para siempre</translation>
        </message>
        <message>
            <source>Goes for good</source>
            <translation>Se va para siempre</translation>
        </message>
        <message>
            <source>Nobody can take this back. Type {name} to do it.</source>
            <translation>Nadie puede deshacerlo. Para hacerlo, escriba {name}.</translation>
        </message>
        <message>
            <source>Nothing</source>
            <translation>Nada</translation>
        </message>
        <message>
            <source>Stays, and is nobody's</source>
            <translation>Se queda, y no es de nadie</translation>
        </message>
        <message>
            <source>The customer's name, or a reference</source>
            <translation>El nombre del cliente, o una referencia</translation>
        </message>
        <message>
            <source>Why it is erased</source>
            <translation>Por qué se borra</translation>
        </message>
        <message>
            <source>a reference of this customer</source>
            <translation>una referencia de este cliente</translation>
        </message>
    </context>
    <context>
        <name>Erasing</name>
        <message>
            <source>Changes of the file</source>
            <translation>Cambios de la ficha</translation>
        </message>
        <message>
            <source>Chats: their times and ratings</source>
            <translation>Chats: sus horas y valoraciones</translation>
        </message>
        <message>
            <source>Consents</source>
            <translation>Consentimientos</translation>
        </message>
        <message>
            <source>Contacts: times, queue, agent and outcome</source>
            <translation>Contactos: horas, cola, agente y resultado</translation>
        </message>
        <message>
            <source>Drafts</source>
            <translation>Borradores</translation>
        </message>
        <message>
            <source>Entries of indexes and lists</source>
            <translation>Entradas de índices y listas</translation>
        </message>
        <message>
            <source>Entries of the access log, without their words</source>
            <translation>Entradas del registro de consultas, sin sus palabras</translation>
        </message>
        <message>
            <source>Entries of the no-contact list</source>
            <translation>Entradas de la lista de no contactar</translation>
        </message>
        <message>
            <source>Figures stay whole: what stays names nobody. Backups from before still do.</source>
            <translation>Las cifras quedan enteras: lo que se queda no nombra a nadie. Las copias de seguridad anteriores, sí.</translation>
        </message>
        <message>
            <source>Files, with those merged into it</source>
            <translation>Fichas, con las que se unieron a ella</translation>
        </message>
        <message>
            <source>Held since {day} by {name}: {reason}</source>
            <translation>Se conserva desde el {day}, por {name}: {reason}</translation>
        </message>
        <message>
            <source>It is being done already. Try again in a while.</source>
            <translation>Ya se está haciendo. Inténtalo dentro de un rato.</translation>
        </message>
        <message>
            <source>It is being erased now.</source>
            <translation>Se está borrando ahora.</translation>
        </message>
        <message>
            <source>It is held by law: end the hold first.</source>
            <translation>Se conserva por ley: primero termina la conservación.</translation>
        </message>
        <message>
            <source>It was not held any more.</source>
            <translation>Ya no se conservaba.</translation>
        </message>
        <message>
            <source>Keys of imports, so that they do not come back</source>
            <translation>Claves de importaciones, para que no vuelva con ellas</translation>
        </message>
        <message>
            <source>Messages, e-mails and voicemails</source>
            <translation>Mensajes, correos y mensajes de voz</translation>
        </message>
        <message>
            <source>Missed calls, without their number</source>
            <translation>Llamadas perdidas, sin su número</translation>
        </message>
        <message>
            <source>Notes</source>
            <translation>Notas</translation>
        </message>
        <message>
            <source>Numbers, addresses and references</source>
            <translation>Números, direcciones y referencias</translation>
        </message>
        <message>
            <source>Offers: their times and agents</source>
            <translation>Ofrecimientos: sus horas y agentes</translation>
        </message>
        <message>
            <source>Parts of contacts: who had them, and how long</source>
            <translation>Partes de contactos: quién los tuvo y cuánto tiempo</translation>
        </message>
        <message>
            <source>Postal addresses</source>
            <translation>Direcciones postales</translation>
        </message>
        <message>
            <source>Recordings and attachments</source>
            <translation>Grabaciones y adjuntos</translation>
        </message>
        <message>
            <source>Relations to others</source>
            <translation>Relaciones con otros</translation>
        </message>
        <message>
            <source>Somebody else holds it already.</source>
            <translation>Otra persona ya lo conserva.</translation>
        </message>
        <message>
            <source>That is neither the customer's name nor one of the references.</source>
            <translation>Eso no es ni el nombre del cliente ni una de sus referencias.</translation>
        </message>
        <message>
            <source>That is too short to search for.</source>
            <translation>Es demasiado corto para buscarlo.</translation>
        </message>
        <message numerus="yes">
            <source>The access log goes after %Ln day(s).</source>
            <translation>
                <numerusform>El registro de consultas se va después de %Ln día.</numerusform>
                <numerusform>El registro de consultas se va después de %Ln días.</numerusform>
            </translation>
        </message>
        <message>
            <source>The access log is kept for ever.</source>
            <translation>El registro de consultas se guarda para siempre.</translation>
        </message>
        <message>
            <source>The file was changed meanwhile. Look once more at what goes.</source>
            <translation>La ficha ha cambiado entretanto. Mira otra vez lo que se va.</translation>
        </message>
        <message>
            <source>There is an open contact: it must be over first.</source>
            <translation>Hay un contacto abierto: antes tiene que terminar.</translation>
        </message>
        <message>
            <source>There is no such customer any more: erased, or merged into another.</source>
            <translation>Ese cliente ya no existe: se borró o se unió a otro.</translation>
        </message>
        <message>
            <source>This file became part of another one meanwhile: look at that one.</source>
            <translation>Esta ficha se unió entretanto a otra: mira esa otra.</translation>
        </message>
        <message>
            <source>Write a reason of 3 to 200 characters.</source>
            <translation>Escribe un motivo de 3 a 200 caracteres.</translation>
        </message>
    </context>
    <context>
        <name>ExportView</name>
        <message numerus="yes">
            <source>%Ln customer(s) in {path}.</source>
            <translation>
                <numerusform>%Ln cliente en {path}.</numerusform>
                <numerusform>%Ln clientes en {path}.</numerusform>
            </translation>
        </message>
        <message>
            <source>All, those contacted last first</source>
            <translation>Todos, primero los de contacto más reciente</translation>
        </message>
        <message>
            <source>At most</source>
            <translation>Como máximo</translation>
        </message>
        <message>
            <source>At most {most} customers at once, as CSV. It is written down who exported what and why, and the order of the rows says later whose file it was.</source>
            <translation>Como máximo {most} clientes a la vez, en CSV. Queda escrito quién exportó qué y por qué, y el orden de las filas dice después de quién era el archivo.</translation>
        </message>
        <message>
            <source>Customers as a file</source>
            <translation>Clientes en un archivo</translation>
        </message>
        <message>
            <source>Nothing may leave this house as a file (privacy.export_rows is 0).</source>
            <translation>Nada puede salir de esta casa en un archivo (privacy.export_rows es 0).</translation>
        </message>
        <message>
            <source>Only those that this finds</source>
            <translation>Solo los que encuentre esta búsqueda</translation>
        </message>
        <message>
            <source>Save as…</source>
            <translation>Guardar como…</translation>
        </message>
        <message>
            <source>That is more than is allowed at once.</source>
            <translation>Son más de los que se permiten a la vez.</translation>
        </message>
        <message>
            <source>There are more: this is as many as were asked for.</source>
            <translation>Hay más: estos son los que se pidieron.</translation>
        </message>
        <message>
            <source>What the file is for</source>
            <translation>Para qué es el archivo</translation>
        </message>
        <message>
            <source>customers.csv</source>
            <translation>clientes.csv</translation>
        </message>
        <message>
            <source>{path} cannot be written. The export is on record all the same.</source>
            <translation>No se puede escribir {path}. La exportación consta igualmente.</translation>
        </message>
    </context>
    <context>
        <name>FieldChoice</name>
        <message>
            <source>Both of you changed it</source>
            <translation>Lo habéis cambiado los dos</translation>
        </message>
        <message>
            <source>Both together</source>
            <translation>Las dos juntas</translation>
        </message>
        <message>
            <source>Only you changed it</source>
            <translation>Solo lo has cambiado tú</translation>
        </message>
        <message>
            <source>Only {agent} changed it</source>
            <translation>Solo lo ha cambiado {agent}</translation>
        </message>
        <message>
            <source>Yours</source>
            <translation>La tuya</translation>
        </message>
        <message>
            <source>the other person</source>
            <translation>la otra persona</translation>
        </message>
        <message>
            <source>{agent}'s</source>
            <translation>La de {agent}</translation>
        </message>
    </context>
    <context>
        <name>FieldHistory</name>
        <message>
            <source>nothing</source>
            <translation>nada</translation>
        </message>
    </context>
    <context>
        <name>FieldHistoryPopover</name>
        <message>
            <source>File made by {name}, {day}.</source>
            <translation>Ficha creada por {name}, {day}.</translation>
        </message>
        <message>
            <source>Loading…</source>
            <translation>Cargando…</translation>
        </message>
        <message>
            <source>Never changed since.</source>
            <translation>Sin cambios desde entonces.</translation>
        </message>
        <message>
            <source>Older changes</source>
            <translation>Cambios anteriores</translation>
        </message>
        <message>
            <source>{field}: history</source>
            <translation>{field}: historia</translation>
        </message>
    </context>
    <context>
        <name>FilterBar</name>
        <message>
            <source>Agent</source>
            <translation>Agente</translation>
        </message>
        <message>
            <source>All agents</source>
            <translation>Todos los agentes</translation>
        </message>
        <message>
            <source>All channels</source>
            <translation>Todos los canales</translation>
        </message>
        <message>
            <source>All queues</source>
            <translation>Todas las colas</translation>
        </message>
        <message>
            <source>Any date</source>
            <translation>Cualquier fecha</translation>
        </message>
        <message>
            <source>Any result</source>
            <translation>Cualquier resultado</translation>
        </message>
        <message>
            <source>Channel</source>
            <translation>Canal</translation>
        </message>
        <message>
            <source>Clear filters</source>
            <translation>Quitar filtros</translation>
        </message>
        <message>
            <source>Dates…</source>
            <translation>Fechas…</translation>
        </message>
        <message>
            <source>Direction</source>
            <translation>Sentido</translation>
        </message>
        <message>
            <source>From</source>
            <translation>Desde</translation>
        </message>
        <message>
            <source>In and out</source>
            <translation>Ambos sentidos</translation>
        </message>
        <message>
            <source>Last 30 days</source>
            <translation>Últimos 30 días</translation>
        </message>
        <message>
            <source>Last 7 days</source>
            <translation>Últimos 7 días</translation>
        </message>
        <message>
            <source>Missed only</source>
            <translation>Perdidas</translation>
        </message>
        <message>
            <source>Name, number, notes…</source>
            <translation>Nombre, nota…</translation>
        </message>
        <message>
            <source>Period</source>
            <translation>Periodo</translation>
        </message>
        <message>
            <source>Queue</source>
            <translation>Cola</translation>
        </message>
        <message>
            <source>Result</source>
            <translation>Resultado</translation>
        </message>
        <message>
            <source>Search the history</source>
            <translation>Buscar en el historial</translation>
        </message>
        <message>
            <source>To</source>
            <translation>Hasta</translation>
        </message>
        <message>
            <source>Today</source>
            <translation>Hoy</translation>
        </message>
        <message>
            <source>Yesterday</source>
            <translation>Ayer</translation>
        </message>
    </context>
    <context>
        <name>FindCustomer</name>
        <message>
            <source>Customer</source>
            <translation>Cliente</translation>
        </message>
        <message>
            <source>Customers found</source>
            <translation>Clientes encontrados</translation>
        </message>
        <message>
            <source>Details</source>
            <translation>Detalles</translation>
        </message>
        <message>
            <source>Look for a customer</source>
            <translation>Buscar un cliente</translation>
        </message>
        <message>
            <source>Name, number, address or reference</source>
            <translation>Nombre, número, dirección o referencia</translation>
        </message>
        <message>
            <source>Nobody found</source>
            <translation>No aparece nadie</translation>
        </message>
    </context>
    <context>
        <name>Formats</name>
        <message numerus="yes">
            <source>%n day(s) ago</source>
            <translation>
                <numerusform>Hace %n día</numerusform>
                <numerusform>Hace %n días</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n hour(s) ago</source>
            <translation>
                <numerusform>Hace %n hora</numerusform>
                <numerusform>Hace %n horas</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n minute(s) ago</source>
            <translation>
                <numerusform>Hace %n minuto</numerusform>
                <numerusform>Hace %n minutos</numerusform>
            </translation>
        </message>
        <message>
            <source>Just now</source>
            <translation>Hace un momento</translation>
        </message>
        <message>
            <source>Today</source>
            <translation>Hoy</translation>
        </message>
        <message>
            <source>Yesterday</source>
            <translation>Ayer</translation>
        </message>
        <message>
            <source>d</source>
            <comment>days, short</comment>
            <translation>d</translation>
        </message>
        <message>
            <source>h</source>
            <comment>hours, short</comment>
            <translation>h</translation>
        </message>
        <message>
            <source>min</source>
            <comment>minutes, short</comment>
            <translation>min</translation>
        </message>
    </context>
    <context>
        <name>Head</name>
        <message>
            <source>Accept</source>
            <translation>Aceptar</translation>
        </message>
        <message>
            <source>Answer</source>
            <translation>Contestar</translation>
        </message>
        <message>
            <source>Calling…</source>
            <translation>Llamando…</translation>
        </message>
        <message>
            <source>Confirm</source>
            <translation>Confirmar</translation>
        </message>
        <message>
            <source>Handed over: {note}</source>
            <translation>Traspaso: {note}</translation>
        </message>
        <message>
            <source>On the telephone</source>
            <translation>Al teléfono</translation>
        </message>
        <message>
            <source>Take</source>
            <translation>Tomar</translation>
        </message>
        <message>
            <source>Take back</source>
            <translation>Retomar</translation>
        </message>
        <message>
            <source>{name} is in the call: everybody hears each other.</source>
            <translation>{name} está en la llamada: se oyen todos.</translation>
        </message>
        <message>
            <source>{name} listens to this call.</source>
            <translation>{name} escucha esta llamada.</translation>
        </message>
        <message>
            <source>{name} speaks to you; the caller does not hear it.</source>
            <translation>{name} te habla; quien llama no lo oye.</translation>
        </message>
    </context>
    <context>
        <name>HeadsetCard</name>
        <message>
            <source>Headset</source>
            <translation>Auriculares</translation>
        </message>
        <message>
            <source>Microphone</source>
            <translation>Micrófono</translation>
        </message>
        <message>
            <source>Microphone level</source>
            <translation>Nivel del micrófono</translation>
        </message>
        <message>
            <source>Not plugged in</source>
            <translation>Sin conectar</translation>
        </message>
        <message>
            <source>Speak as you do on a call: the bars should reach the middle.</source>
            <translation>Habla como en una llamada: las barras deberían llegar a la mitad.</translation>
        </message>
        <message>
            <source>Speaker</source>
            <translation>Altavoz</translation>
        </message>
        <message>
            <source>Telephone {number}: calls ring there. Recordings are heard here.</source>
            <translation>Teléfono {number}: las llamadas suenan allí. Las grabaciones se oyen aquí.</translation>
        </message>
        <message>
            <source>Test</source>
            <translation>Probar</translation>
        </message>
        <message>
            <source>Test the microphone</source>
            <translation>Probar el micrófono</translation>
        </message>
        <message>
            <source>Test the speaker</source>
            <translation>Probar el altavoz</translation>
        </message>
        <message>
            <source>The microphone does not work. Choose another one.</source>
            <translation>El micrófono no funciona. Elige otro.</translation>
        </message>
        <message>
            <source>The speaker does not work. Choose another one.</source>
            <translation>El altavoz no funciona. Elige otro.</translation>
        </message>
        <message>
            <source>The system's own</source>
            <translation>El del sistema</translation>
        </message>
    </context>
    <context>
        <name>HiddenValue</name>
        <message>
            <source>Hidden</source>
            <translation>Oculto</translation>
        </message>
        <message>
            <source>Hide</source>
            <translation>Ocultar</translation>
        </message>
        <message>
            <source>Reason to see the hidden value</source>
            <translation>Motivo para ver el dato oculto</translation>
        </message>
        <message>
            <source>Show</source>
            <translation>Mostrar</translation>
        </message>
        <message>
            <source>Show…</source>
            <translation>Mostrar…</translation>
        </message>
        <message>
            <source>Why do you need it? It is written down.</source>
            <translation>¿Por qué lo necesita? Queda anotado.</translation>
        </message>
    </context>
    <context>
        <name>HistoryPage</name>
        <message numerus="yes">
            <source>%n contact(s)</source>
            <translation>
                <numerusform>%n contacto</numerusform>
                <numerusform>%n contactos</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n new</source>
            <translation>
                <numerusform>%n nuevo</numerusform>
                <numerusform>%n nuevos</numerusform>
            </translation>
        </message>
        <message>
            <source>Agent</source>
            <translation>Agente</translation>
        </message>
        <message>
            <source>Choose a contact</source>
            <translation>Elige un contacto</translation>
        </message>
        <message>
            <source>Clear filters</source>
            <translation>Quitar filtros</translation>
        </message>
        <message>
            <source>Contact</source>
            <translation>Contacto</translation>
        </message>
        <message>
            <source>Contacts</source>
            <translation>Contactos</translation>
        </message>
        <message>
            <source>Customer</source>
            <translation>Cliente</translation>
        </message>
        <message>
            <source>Date</source>
            <translation>Fecha</translation>
        </message>
        <message>
            <source>Each contact stands here as soon as it ends, answered or not.</source>
            <translation>Cada contacto aparece aquí en cuanto termina, atendido o no.</translation>
        </message>
        <message>
            <source>History</source>
            <translation>Historial</translation>
        </message>
        <message>
            <source>Its parts, its journey and how the voice was heard stand here.</source>
            <translation>Aquí se ven sus tramos, su recorrido y cómo se oyó la voz.</translation>
        </message>
        <message>
            <source>Loading…</source>
            <translation>Cargando…</translation>
        </message>
        <message>
            <source>No contact matches these filters</source>
            <translation>Ningún contacto cumple estos filtros</translation>
        </message>
        <message>
            <source>No contacts yet</source>
            <translation>Todavía no hay contactos</translation>
        </message>
        <message>
            <source>Not on file</source>
            <translation>Sin ficha</translation>
        </message>
        <message>
            <source>Notes</source>
            <translation>Notas</translation>
        </message>
        <message>
            <source>Number</source>
            <translation>Número</translation>
        </message>
        <message>
            <source>Number withheld</source>
            <translation>Número oculto</translation>
        </message>
        <message>
            <source>Queue</source>
            <translation>Cola</translation>
        </message>
        <message>
            <source>Recording</source>
            <translation>Grabación</translation>
        </message>
        <message>
            <source>Refresh (F5)</source>
            <translation>Actualizar (F5)</translation>
        </message>
        <message>
            <source>Result</source>
            <translation>Resultado</translation>
        </message>
        <message>
            <source>Subject</source>
            <translation>Asunto</translation>
        </message>
        <message>
            <source>Talk</source>
            <translation>Duración</translation>
        </message>
        <message>
            <source>The newest {count}; scroll for more</source>
            <translation>Los {count} más recientes; desplázate para ver más</translation>
        </message>
        <message>
            <source>This contact cannot be shown</source>
            <translation>No se puede mostrar este contacto</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>Reintentar</translation>
        </message>
        <message>
            <source>Visitor of the web site</source>
            <translation>Visitante de la web</translation>
        </message>
        <message>
            <source>What was written</source>
            <translation>Lo escrito</translation>
        </message>
        <message>
            <source>Widen the dates, or take a filter away.</source>
            <translation>Amplía las fechas o quita algún filtro.</translation>
        </message>
    </context>
    <context>
        <name>HoldCard</name>
        <message>
            <source>End the hold</source>
            <translation>Terminar la conservación</translation>
        </message>
        <message>
            <source>Hold</source>
            <translation>Conservar</translation>
        </message>
        <message>
            <source>Legal hold</source>
            <translation>Conservación por ley</translation>
        </message>
        <message>
            <source>While a customer is held, nothing goes: by no erasure and no deadline.</source>
            <translation>Mientras se conserva a un cliente no se va nada: ni por un borrado ni por un plazo.</translation>
        </message>
        <message>
            <source>Why it ends</source>
            <translation>Por qué termina</translation>
        </message>
        <message>
            <source>Why it must stay</source>
            <translation>Por qué debe quedarse</translation>
        </message>
    </context>
    <context>
        <name>IdentityRow</name>
        <message>
            <source>Confirmed {day}</source>
            <translation>Confirmado el {day}</translation>
        </message>
        <message>
            <source>Label</source>
            <translation>Etiqueta</translation>
        </message>
        <message>
            <source>Label of {what}</source>
            <translation>Etiqueta de {what}</translation>
        </message>
        <message>
            <source>Remove {what}</source>
            <translation>Quitar {what}</translation>
        </message>
        <message>
            <source>Source: {source}</source>
            <translation>Fuente: {source}</translation>
        </message>
    </context>
    <context>
        <name>Import</name>
        <message>
            <source>Account status</source>
            <translation>Estado de la cuenta</translation>
        </message>
        <message>
            <source>Always the source</source>
            <translation>Siempre el origen</translation>
        </message>
        <message>
            <source>Another import is running, by the command line. Try again when it has ended.</source>
            <translation>Hay otra importación en marcha, desde la línea de órdenes. Inténtalo cuando acabe.</translation>
        </message>
        <message>
            <source>As before</source>
            <translation>Como antes</translation>
        </message>
        <message>
            <source>As each date says</source>
            <translation>Según diga cada fecha</translation>
        </message>
        <message>
            <source>Being read</source>
            <translation>Leyéndose</translation>
        </message>
        <message>
            <source>Birthday</source>
            <translation>Fecha de nacimiento</translation>
        </message>
        <message>
            <source>Cannot be read</source>
            <translation>No se puede leer</translation>
        </message>
        <message>
            <source>Columns only</source>
            <translation>Solo columnas</translation>
        </message>
        <message>
            <source>Country</source>
            <translation>País</translation>
        </message>
        <message>
            <source>Customer since</source>
            <translation>Cliente desde</translation>
        </message>
        <message>
            <source>Database</source>
            <translation>Base de datos</translation>
        </message>
        <message>
            <source>Day, month, year</source>
            <translation>Día, mes, año</translation>
        </message>
        <message>
            <source>Days, as a spreadsheet counts</source>
            <translation>Días, como en una hoja de cálculo</translation>
        </message>
        <message>
            <source>Done</source>
            <translation>Hecha</translation>
        </message>
        <message>
            <source>Dry run</source>
            <translation>Ensayo</translation>
        </message>
        <message>
            <source>E-mail</source>
            <translation>Correo</translation>
        </message>
        <message>
            <source>File of the bridge</source>
            <translation>Archivo del servidor</translation>
        </message>
        <message>
            <source>Given name</source>
            <translation>Nombre</translation>
        </message>
        <message>
            <source>Home phone</source>
            <translation>Teléfono de casa</translation>
        </message>
        <message>
            <source>Household (shared key)</source>
            <translation>Hogar (clave compartida)</translation>
        </message>
        <message>
            <source>Job</source>
            <translation>Cargo</translation>
        </message>
        <message>
            <source>Language</source>
            <translation>Idioma</translation>
        </message>
        <message>
            <source>Marketing by SMS</source>
            <translation>Publicidad por SMS</translation>
        </message>
        <message>
            <source>Marketing by any channel</source>
            <translation>Publicidad por cualquier canal</translation>
        </message>
        <message>
            <source>Marketing by e-mail</source>
            <translation>Publicidad por correo</translation>
        </message>
        <message>
            <source>Marketing by phone</source>
            <translation>Publicidad por teléfono</translation>
        </message>
        <message>
            <source>Marketing by post</source>
            <translation>Publicidad por correo postal</translation>
        </message>
        <message>
            <source>Mobile phone</source>
            <translation>Teléfono móvil</translation>
        </message>
        <message>
            <source>Month, day, year</source>
            <translation>Mes, día, año</translation>
        </message>
        <message>
            <source>No column is a phone, an e-mail address or a reference: one is needed to know a customer again.</source>
            <translation>Ninguna columna es un teléfono, un correo o una referencia: hace falta una para reconocer al cliente.</translation>
        </message>
        <message>
            <source>No column is the name: choose the one of the whole name, the given name or the organisation.</source>
            <translation>Ninguna columna es el nombre: elige la del nombre completo, el nombre o la organización.</translation>
        </message>
        <message>
            <source>Not used</source>
            <translation>No se usa</translation>
        </message>
        <message>
            <source>Note</source>
            <translation>Nota</translation>
        </message>
        <message>
            <source>Office phone</source>
            <translation>Teléfono del trabajo</translation>
        </message>
        <message>
            <source>On its way</source>
            <translation>En camino</translation>
        </message>
        <message>
            <source>Organisation</source>
            <translation>Organización</translation>
        </message>
        <message>
            <source>Owner (login)</source>
            <translation>Gestor (usuario)</translation>
        </message>
        <message>
            <source>Paused</source>
            <translation>En pausa</translation>
        </message>
        <message>
            <source>Person or organisation</source>
            <translation>Persona u organización</translation>
        </message>
        <message>
            <source>Phone</source>
            <translation>Teléfono</translation>
        </message>
        <message>
            <source>Postcode</source>
            <translation>Código postal</translation>
        </message>
        <message>
            <source>Province</source>
            <translation>Provincia</translation>
        </message>
        <message>
            <source>Ready</source>
            <translation>Lista</translation>
        </message>
        <message>
            <source>Reference (key)</source>
            <translation>Referencia (clave)</translation>
        </message>
        <message>
            <source>Running</source>
            <translation>En marcha</translation>
        </message>
        <message>
            <source>Second surname</source>
            <translation>Segundo apellido</translation>
        </message>
        <message>
            <source>Stopped</source>
            <translation>Detenida</translation>
        </message>
        <message>
            <source>Stopped. What is in by then stays; it can go on where it stopped.</source>
            <translation>Detenida. Lo que ya entró se queda; puede seguir donde se detuvo.</translation>
        </message>
        <message>
            <source>Street</source>
            <translation>Calle</translation>
        </message>
        <message>
            <source>Surname</source>
            <translation>Apellidos</translation>
        </message>
        <message>
            <source>Tags</source>
            <translation>Etiquetas</translation>
        </message>
        <message>
            <source>The columns cannot be used: {detail}</source>
            <translation>Las columnas no se pueden usar: {detail}</translation>
        </message>
        <message>
            <source>The database does not do it: {what}</source>
            <translation>La base de datos no lo hace: {what}</translation>
        </message>
        <message>
            <source>The file cannot be read.</source>
            <translation>El archivo no se puede leer.</translation>
        </message>
        <message>
            <source>The file cannot be written there.</source>
            <translation>El archivo no se puede escribir ahí.</translation>
        </message>
        <message>
            <source>The file is empty.</source>
            <translation>El archivo está vacío.</translation>
        </message>
        <message>
            <source>The file was changed while it was sent. Choose it again.</source>
            <translation>El archivo cambió mientras se enviaba. Elígelo de nuevo.</translation>
        </message>
        <message>
            <source>The file; the source fills gaps</source>
            <translation>La ficha; el origen llena huecos</translation>
        </message>
        <message>
            <source>The process that imports has died, mostly for want of memory. A large spreadsheet is better saved as CSV.</source>
            <translation>El proceso que importa ha muerto, casi siempre por falta de memoria. Una hoja grande es mejor guardarla como CSV.</translation>
        </message>
        <message>
            <source>The source has changed and its columns no longer fit: look at them.</source>
            <translation>El origen ha cambiado y sus columnas ya no encajan: revísalas.</translation>
        </message>
        <message>
            <source>There is no row under the headings.</source>
            <translation>No hay ninguna fila bajo los encabezados.</translation>
        </message>
        <message>
            <source>Time zone</source>
            <translation>Zona horaria</translation>
        </message>
        <message>
            <source>Town</source>
            <translation>Población</translation>
        </message>
        <message>
            <source>What somebody corrected by hand</source>
            <translation>Lo que alguien corrigió a mano</translation>
        </message>
        <message>
            <source>When the consents were given</source>
            <translation>Cuándo se dieron los consentimientos</translation>
        </message>
        <message>
            <source>When the row was changed</source>
            <translation>Cuándo cambió la fila</translation>
        </message>
        <message>
            <source>Where the consents come from</source>
            <translation>De dónde vienen los consentimientos</translation>
        </message>
        <message>
            <source>Whoever wrote last</source>
            <translation>Quien escribió el último</translation>
        </message>
        <message>
            <source>Whole name</source>
            <translation>Nombre completo</translation>
        </message>
        <message>
            <source>Works at (name)</source>
            <translation>Trabaja en (nombre)</translation>
        </message>
        <message>
            <source>Works at (reference)</source>
            <translation>Trabaja en (referencia)</translation>
        </message>
        <message>
            <source>Year, day, month</source>
            <translation>Año, día, mes</translation>
        </message>
        <message>
            <source>Year, month, day</source>
            <translation>Año, mes, día</translation>
        </message>
        <message>
            <source>billing</source>
            <translation>facturación</translation>
        </message>
        <message>
            <source>home</source>
            <translation>casa</translation>
        </message>
        <message>
            <source>shipping</source>
            <translation>envío</translation>
        </message>
        <message>
            <source>work</source>
            <translation>trabajo</translation>
        </message>
        <message>
            <source>{columns} are both “{detail}”: only one column can be.</source>
            <translation>{columns} son ambas «{detail}»: solo puede serlo una columna.</translation>
        </message>
        <message>
            <source>{columns}: this column was there the last time, and is gone. The columns are guessed anew.</source>
            <translation>{columns}: esta columna estaba la última vez y ya no está. Las columnas se han deducido de nuevo.</translation>
        </message>
        <message>
            <source>{columns}: {detail} may be day and month, or month and day. Choose the order.</source>
            <translation>{columns}: {detail} puede ser día y mes, o mes y día. Elige el orden.</translation>
        </message>
        <message>
            <source>{rate} rows/s</source>
            <translation>{rate} filas/s</translation>
        </message>
        <message>
            <source>{rows} rows</source>
            <translation>{rows} filas</translation>
        </message>
        <message>
            <source>{time} left</source>
            <translation>quedan {time}</translation>
        </message>
    </context>
    <context>
        <name>ImportJob</name>
        <message>
            <source>1  Columns</source>
            <translation>1  Columnas</translation>
        </message>
        <message>
            <source>2  First rows</source>
            <translation>2  Primeras filas</translation>
        </message>
        <message>
            <source>3  Import</source>
            <translation>3  Importar</translation>
        </message>
        <message>
            <source>All imports</source>
            <translation>Todas las importaciones</translation>
        </message>
        <message>
            <source>Being read…</source>
            <translation>Leyendo…</translation>
        </message>
        <message>
            <source>Forget this import and its file</source>
            <translation>Olvidar esta importación y su archivo</translation>
        </message>
        <message>
            <source>No connection to the server</source>
            <translation>Sin conexión con el servidor</translation>
        </message>
        <message>
            <source>Sheet</source>
            <translation>Hoja</translation>
        </message>
        <message>
            <source>Sheet of the spreadsheet</source>
            <translation>Hoja del libro</translation>
        </message>
        <message>
            <source>The file is on its way</source>
            <translation>El archivo está en camino</translation>
        </message>
        <message>
            <source>This source cannot be read</source>
            <translation>Este origen no se puede leer</translation>
        </message>
    </context>
    <context>
        <name>ImportPage</name>
        <message>
            <source>Import customers</source>
            <translation>Importar clientes</translation>
        </message>
    </context>
    <context>
        <name>ImportReasons</name>
        <message>
            <source>Bad magic number for central directory</source>
            <translation>el archivo comprimido está dañado</translation>
        </message>
        <message>
            <source>File is not a zip file</source>
            <translation>no es un archivo zip</translation>
        </message>
        <message>
            <source>Input/output error</source>
            <translation>error al leer el disco</translation>
        </message>
        <message>
            <source>Is a directory</source>
            <translation>es una carpeta</translation>
        </message>
        <message>
            <source>No space left on device</source>
            <translation>no queda espacio en el disco</translation>
        </message>
        <message>
            <source>No such file or directory</source>
            <translation>no existe ese archivo o carpeta</translation>
        </message>
        <message>
            <source>Permission denied</source>
            <translation>permiso denegado</translation>
        </message>
        <message>
            <source>Stale file handle</source>
            <translation>la unidad de red ya no tiene el archivo</translation>
        </message>
        <message>
            <source>a card that cannot be read: {detail}</source>
            <translation>una tarjeta que no se puede leer: {detail}</translation>
        </message>
        <message>
            <source>a card without its end, or longer than {number}</source>
            <translation>una tarjeta sin final, o de más de {number} caracteres</translation>
        </message>
        <message>
            <source>a file has no table and answers no query</source>
            <translation>un archivo no tiene tablas ni responde a consultas</translation>
        </message>
        <message>
            <source>a query here begins with SELECT or WITH: it reads</source>
            <translation>aquí una consulta empieza por SELECT o WITH: solo lee</translation>
        </message>
        <message>
            <source>a quote is opened and not closed within {number} lines</source>
            <translation>se abren unas comillas que no se cierran en {number} líneas</translation>
        </message>
        <message>
            <source>a tag is longer than {number} characters</source>
            <translation>una etiqueta tiene más de {number} caracteres</translation>
        </message>
        <message>
            <source>cannot be read: {detail}</source>
            <translation>no se puede leer: {detail}</translation>
        </message>
        <message>
            <source>changed while it was read: no longer {code}</source>
            <translation>cambió mientras se leía: ya no es {code}</translation>
        </message>
        <message>
            <source>empty</source>
            <translation>vacío</translation>
        </message>
        <message>
            <source>empty, and no organisation either</source>
            <translation>vacío, y tampoco hay organización</translation>
        </message>
        <message>
            <source>every database connection is in use</source>
            <translation>todas las conexiones con la base de datos están ocupadas</translation>
        </message>
        <message>
            <source>field larger than field limit ({number})</source>
            <translation>una celda tiene más de {number} caracteres</translation>
        </message>
        <message>
            <source>has no sheet</source>
            <translation>no tiene ninguna hoja</translation>
        </message>
        <message>
            <source>has no sheet {value}; there are {text}</source>
            <translation>no tiene la hoja {value}; hay {text}</translation>
        </message>
        <message>
            <source>holds {number} MB unpacked; up to {number2} MB are read</source>
            <translation>ocupa {number} MB descomprimido; se leen hasta {number2} MB</translation>
        </message>
        <message>
            <source>is a directory, not a file</source>
            <translation>es una carpeta, no un archivo</translation>
        </message>
        <message>
            <source>is damaged: {detail}</source>
            <translation>está dañado: {detail}</translation>
        </message>
        <message>
            <source>is empty</source>
            <translation>está vacío</translation>
        </message>
        <message>
            <source>is locked with a password: save it without one</source>
            <translation>está protegido con contraseña: guárdalo sin ella</translation>
        </message>
        <message>
            <source>is no spreadsheet that can be read: {detail}</source>
            <translation>no es una hoja de cálculo que se pueda leer: {detail}</translation>
        </message>
        <message>
            <source>is no spreadsheet, so it has no sheet {value}</source>
            <translation>no es una hoja de cálculo, así que no tiene la hoja {value}</translation>
        </message>
        <message>
            <source>is not a text file; export it as CSV</source>
            <translation>no es un archivo de texto; expórtalo como CSV</translation>
        </message>
        <message>
            <source>it needs the name of a table, or a query</source>
            <translation>hace falta el nombre de una tabla, o una consulta</translation>
        </message>
        <message>
            <source>its domain cannot exist</source>
            <translation>su dominio no puede existir</translation>
        </message>
        <message>
            <source>line contains NUL</source>
            <translation>la línea contiene un carácter nulo</translation>
        </message>
        <message>
            <source>longer than {number} characters</source>
            <translation>más de {number} caracteres</translation>
        </message>
        <message>
            <source>neither yes nor no</source>
            <translation>no es ni sí ni no</translation>
        </message>
        <message>
            <source>no card in it: none begins with BEGIN:VCARD</source>
            <translation>no contiene ninguna tarjeta: ninguna empieza por BEGIN:VCARD</translation>
        </message>
        <message>
            <source>no column for a number, address or key: expected {text}; found {text2}</source>
            <translation>ninguna columna es un número, una dirección o una clave: se esperaba {text}; hay {text2}</translation>
        </message>
        <message>
            <source>no column for the name: expected one of {text}; found {text2}</source>
            <translation>ninguna columna es el nombre: se esperaba una de {text}; hay {text2}</translation>
        </message>
        <message>
            <source>no column {value}; there are {text}</source>
            <translation>no hay ninguna columna {value}; hay {text}</translation>
        </message>
        <message>
            <source>no driver for {value} is installed. PostgreSQL, MariaDB, MySQL and SQLite are there; install SQLAlchemy's driver for others</source>
            <translation>no hay un controlador instalado para {value}. Están PostgreSQL, MariaDB, MySQL y SQLite; para otras hay que instalar el controlador de SQLAlchemy</translation>
        </message>
        <message>
            <source>not a choice</source>
            <translation>no es una opción</translation>
        </message>
        <message>
            <source>not a date</source>
            <translation>no es una fecha</translation>
        </message>
        <message>
            <source>not a date such as 2026-05-31</source>
            <translation>no es una fecha como 2026-05-31</translation>
        </message>
        <message>
            <source>not a number</source>
            <translation>no es un número</translation>
        </message>
        <message>
            <source>not a number that can be kept</source>
            <translation>no es un número que se pueda guardar</translation>
        </message>
        <message>
            <source>not a phone number (no digits)</source>
            <translation>no es un número de teléfono (sin cifras)</translation>
        </message>
        <message>
            <source>not a phone number (too long)</source>
            <translation>no es un número de teléfono (demasiado largo)</translation>
        </message>
        <message>
            <source>not a phone number (too short)</source>
            <translation>no es un número de teléfono (demasiado corto)</translation>
        </message>
        <message>
            <source>not a phone number (unknown country code)</source>
            <translation>no es un número de teléfono (prefijo de país desconocido)</translation>
        </message>
        <message>
            <source>not a phone number (unreadable)</source>
            <translation>no es un número de teléfono (ilegible)</translation>
        </message>
        <message>
            <source>not a possible phone number (area code missing)</source>
            <translation>no puede ser un número de teléfono (falta el prefijo)</translation>
        </message>
        <message>
            <source>not a possible phone number (length)</source>
            <translation>no puede ser un número de teléfono (por su longitud)</translation>
        </message>
        <message>
            <source>not a possible phone number (too long)</source>
            <translation>no puede ser un número de teléfono (demasiado largo)</translation>
        </message>
        <message>
            <source>not a possible phone number (too short)</source>
            <translation>no puede ser un número de teléfono (demasiado corto)</translation>
        </message>
        <message>
            <source>not a possible phone number (unknown country code)</source>
            <translation>no puede ser un número de teléfono (prefijo de país desconocido)</translation>
        </message>
        <message>
            <source>not a possible phone number (wrong length)</source>
            <translation>no puede ser un número de teléfono (longitud incorrecta)</translation>
        </message>
        <message>
            <source>not a text</source>
            <translation>no es un texto</translation>
        </message>
        <message>
            <source>not a time zone such as Europe/Madrid</source>
            <translation>no es una zona horaria como Europe/Madrid</translation>
        </message>
        <message>
            <source>not an e-mail address</source>
            <translation>no es una dirección de correo</translation>
        </message>
        <message>
            <source>not one of its choices</source>
            <translation>no es una de sus opciones</translation>
        </message>
        <message>
            <source>not valid {code}</source>
            <translation>no es {code} válido</translation>
        </message>
        <message>
            <source>query</source>
            <translation>consulta</translation>
        </message>
        <message>
            <source>said of an organisation, and only a person has it</source>
            <translation>se dice de una organización, y solo lo tiene una persona</translation>
        </message>
        <message>
            <source>sheet {text}</source>
            <translation>hoja {text}</translation>
        </message>
        <message>
            <source>the address of the database cannot be read: write dialect://user@host/name</source>
            <translation>la dirección de la base de datos no se puede leer: escribe dialecto://usuario@servidor/nombre</translation>
        </message>
        <message>
            <source>the address of the database cannot be used</source>
            <translation>la dirección de la base de datos no se puede usar</translation>
        </message>
        <message>
            <source>the column {value} is gone that this source had; found {text}. Correct it, or save the source anew</source>
            <translation>ya no está la columna {value} que tenía este origen; hay {text}. Corrígelo, o guarda el origen de nuevo</translation>
        </message>
        <message>
            <source>the configuration has no field {value}</source>
            <translation>la configuración no tiene ningún campo {value}</translation>
        </message>
        <message>
            <source>the database does not exist on the server</source>
            <translation>la base de datos no existe en el servidor</translation>
        </message>
        <message>
            <source>the database file cannot be opened</source>
            <translation>el archivo de la base de datos no se puede abrir</translation>
        </message>
        <message>
            <source>the database file is damaged</source>
            <translation>el archivo de la base de datos está dañado</translation>
        </message>
        <message>
            <source>the database file may not be opened</source>
            <translation>no hay permiso para abrir el archivo de la base de datos</translation>
        </message>
        <message>
            <source>the database file may not be written</source>
            <translation>no hay permiso para escribir en el archivo de la base de datos</translation>
        </message>
        <message>
            <source>the database is locked by another program</source>
            <translation>otro programa tiene bloqueada la base de datos</translation>
        </message>
        <message>
            <source>the database server does not answer</source>
            <translation>el servidor de la base de datos no responde</translation>
        </message>
        <message>
            <source>the database server does not let this user in</source>
            <translation>el servidor de la base de datos no deja entrar a este usuario</translation>
        </message>
        <message>
            <source>the database server has no free connection</source>
            <translation>el servidor de la base de datos no tiene conexiones libres</translation>
        </message>
        <message>
            <source>the database server refused the user or its password</source>
            <translation>el servidor de la base de datos rechazó el usuario o su contraseña</translation>
        </message>
        <message>
            <source>the database took too long and was told to stop</source>
            <translation>la base de datos tardó demasiado y se interrumpió</translation>
        </message>
        <message>
            <source>the database user lacks a right that the bridge needs</source>
            <translation>al usuario de la base de datos le falta un permiso que el servidor necesita</translation>
        </message>
        <message>
            <source>the disk could not be read or written</source>
            <translation>no se pudo leer o escribir en el disco</translation>
        </message>
        <message>
            <source>the disk is full, so nothing was written</source>
            <translation>el disco está lleno, así que no se escribió nada</translation>
        </message>
        <message>
            <source>the file is not an SQLite database</source>
            <translation>el archivo no es una base de datos SQLite</translation>
        </message>
        <message>
            <source>the first row is no heading: {value} stands in it, which is somebody's. Put a row above it that says what each column is</source>
            <translation>la primera fila no es de encabezados: contiene {value}, que es de alguien. Ponga encima una fila que diga qué es cada columna</translation>
        </message>
        <message>
            <source>the server is a read-only replica</source>
            <translation>el servidor es una réplica de solo lectura</translation>
        </message>
        <message>
            <source>the sheet {value} is empty; choose another one</source>
            <translation>la hoja {value} está vacía; elige otra</translation>
        </message>
        <message>
            <source>the source broke after row {number}: {detail}. What came before is in; run the same import again</source>
            <translation>el origen se cortó después de la fila {number}: {detail}. Lo anterior ya está dentro; repite la misma importación</translation>
        </message>
        <message>
            <source>the source broke before the first row: {detail}. Nothing of it is in</source>
            <translation>el origen se cortó antes de la primera fila: {detail}. No ha entrado nada</translation>
        </message>
        <message>
            <source>the spreadsheet has cut this number: format the column as text, and export again</source>
            <translation>la hoja de cálculo recortó este número: da formato de texto a la columna y exporta de nuevo</translation>
        </message>
        <message>
            <source>the spreadsheet keeps fifteen digits of it: format it as text</source>
            <translation>la hoja de cálculo solo guarda quince cifras: dale formato de texto</translation>
        </message>
        <message>
            <source>there is no such file</source>
            <translation>no existe ese archivo</translation>
        </message>
        <message>
            <source>two columns for the {term}: {text} and {text2}. Say what one of them is, or leave it out</source>
            <translation>dos columnas son «{term}»: {text} y {text2}. Diga qué es una de ellas o déjela fuera</translation>
        </message>
        <message>
            <source>{code} is not between 1850 and today</source>
            <translation>{code} no está entre 1850 y hoy</translation>
        </message>
        <message>
            <source>{number} MB; spreadsheets up to {number2} MB are read. Save it as CSV, which may be of any size</source>
            <translation>{number} MB; se leen hojas de cálculo de hasta {number2} MB. Guárdala como CSV, que puede tener cualquier tamaño</translation>
        </message>
        <message>
            <source>{number} columns where the header has {number2}</source>
            <translation>{number} columnas, cuando el encabezado tiene {number2}</translation>
        </message>
        <message>
            <source>{number} columns; at most {number2}</source>
            <translation>{number} columnas; como mucho {number2}</translation>
        </message>
        <message>
            <source>{number} columns; at most {number2} are read</source>
            <translation>{number} columnas; se leen como mucho {number2}</translation>
        </message>
        <message>
            <source>{number} fields for {number2} columns</source>
            <translation>{number} campos para {number2} columnas</translation>
        </message>
        <message>
            <source>{text}, line {number}</source>
            <translation>{text}, línea {number}</translation>
        </message>
        <message>
            <source>{value} is neither person nor organisation</source>
            <translation>{value} no es ni persona ni organización</translation>
        </message>
        <message>
            <source>{value} is neither yes nor no</source>
            <translation>{value} no es ni sí ni no</translation>
        </message>
        <message>
            <source>{value} is no field</source>
            <translation>{value} no es ningún campo</translation>
        </message>
        <message>
            <source>{value} is no field: there are {text}</source>
            <translation>{value} no es ningún campo: hay {text}</translation>
        </message>
        <message>
            <source>{value} is not a country of two letters such as ES</source>
            <translation>{value} no es un país de dos letras como ES</translation>
        </message>
        <message>
            <source>{value} is not a date</source>
            <translation>{value} no es una fecha</translation>
        </message>
        <message>
            <source>{value} is not a date in the order of its column, {term}</source>
            <translation>{value} no es una fecha en el orden de su columna: {term}</translation>
        </message>
        <message>
            <source>{value} is not a language or its code (es, en …)</source>
            <translation>{value} no es un idioma ni su código (es, en…)</translation>
        </message>
        <message>
            <source>{value} is not a login: it has a space, or is too long</source>
            <translation>{value} no es un nombre de usuario: tiene un espacio, o es demasiado largo</translation>
        </message>
        <message>
            <source>{value} is not a number</source>
            <translation>{value} no es un número</translation>
        </message>
        <message>
            <source>{value} is not a status: prospect, active, closed or deceased</source>
            <translation>{value} no es un estado: potencial, activo, cerrado o fallecido</translation>
        </message>
        <message>
            <source>{value} may be day and month, or month and day, and so may all others. Choose the order</source>
            <translation>{value} puede ser día y mes, o mes y día, y las demás también. Elige el orden</translation>
        </message>
        <message>
            <source>{value} may be thousands or thousandths: write it without the mark</source>
            <translation>{value} pueden ser miles o milésimas: escríbelo sin la marca</translation>
        </message>
    </context>
    <context>
        <name>ImportStart</name>
        <message>
            <source>All files (*)</source>
            <translation>Todos los archivos (*)</translation>
        </message>
        <message>
            <source>By</source>
            <translation>Por</translation>
        </message>
        <message>
            <source>CSV, Excel, OpenDocument or vCard; or drop it here. Nothing is written before you have seen how its rows will be.</source>
            <translation>CSV, Excel, OpenDocument o vCard; o suéltalo aquí. No se escribe nada antes de que veas cómo quedarán sus filas.</translation>
        </message>
        <message>
            <source>Choose a file to import</source>
            <translation>Elige un archivo para importar</translation>
        </message>
        <message>
            <source>Choose a file…</source>
            <translation>Elegir un archivo…</translation>
        </message>
        <message>
            <source>Customers ({endings})</source>
            <translation>Clientes ({endings})</translation>
        </message>
        <message>
            <source>File or source</source>
            <translation>Archivo u origen</translation>
        </message>
        <message>
            <source>Import again…</source>
            <translation>Importar de nuevo…</translation>
        </message>
        <message>
            <source>Imports</source>
            <translation>Importaciones</translation>
        </message>
        <message>
            <source>Last import</source>
            <translation>Última importación</translation>
        </message>
        <message>
            <source>None yet. A file is kept as one by its import; databases are named in bridge.toml.</source>
            <translation>Aún ninguno. Un archivo se guarda como tal al importarlo; las bases de datos se nombran en bridge.toml.</translation>
        </message>
        <message>
            <source>Open</source>
            <translation>Abrir</translation>
        </message>
        <message>
            <source>Rows</source>
            <translation>Filas</translation>
        </message>
        <message>
            <source>Source</source>
            <translation>Origen</translation>
        </message>
        <message>
            <source>Sources with a name</source>
            <translation>Orígenes con nombre</translation>
        </message>
        <message>
            <source>State</source>
            <translation>Estado</translation>
        </message>
        <message>
            <source>Up to {size}</source>
            <translation>Hasta {size}</translation>
        </message>
        <message>
            <source>What it is</source>
            <translation>Qué es</translation>
        </message>
        <message>
            <source>When</source>
            <translation>Cuándo</translation>
        </message>
        <message>
            <source>never</source>
            <translation>nunca</translation>
        </message>
    </context>
    <context>
        <name>InteractionDetail</name>
        <message>
            <source>Address</source>
            <translation>Dirección</translation>
        </message>
        <message>
            <source>Caller's name</source>
            <translation>Nombre de quien llama</translation>
        </message>
        <message>
            <source>Dialled</source>
            <translation>Marcó</translation>
        </message>
        <message>
            <source>Ended by</source>
            <translation>Terminó por</translation>
        </message>
        <message>
            <source>File on screen</source>
            <translation>Ficha en pantalla</translation>
        </message>
        <message>
            <source>First dialled</source>
            <translation>Marcó primero</translation>
        </message>
        <message>
            <source>Handed over with</source>
            <translation>Nota del traspaso</translation>
        </message>
        <message>
            <source>Hold</source>
            <translation>Retención</translation>
        </message>
        <message>
            <source>In hand</source>
            <translation>Trabajo</translation>
        </message>
        <message>
            <source>Journey</source>
            <translation>Recorrido</translation>
        </message>
        <message>
            <source>Keys pressed</source>
            <translation>Teclas pulsadas</translation>
        </message>
        <message>
            <source>Nobody</source>
            <translation>Nadie</translation>
        </message>
        <message>
            <source>Not answered</source>
            <translation>Sin contestar</translation>
        </message>
        <message>
            <source>Notes</source>
            <translation>Notas</translation>
        </message>
        <message>
            <source>Number withheld</source>
            <translation>Número oculto</translation>
        </message>
        <message>
            <source>Open file</source>
            <translation>Abrir ficha</translation>
        </message>
        <message>
            <source>Sent to</source>
            <translation>Enviado a</translation>
        </message>
        <message>
            <source>Subject</source>
            <translation>Asunto</translation>
        </message>
        <message>
            <source>Talk</source>
            <translation>Conversación</translation>
        </message>
        <message>
            <source>Told the menu</source>
            <translation>Dicho al menú</translation>
        </message>
        <message>
            <source>Visitor of the web site</source>
            <translation>Visitante de la web</translation>
        </message>
        <message>
            <source>Voice: {lost} % lost, {late} late, jitter {jitter} ms</source>
            <translation>Voz: {lost} % perdido, {late} tarde, fluctuación {jitter} ms</translation>
        </message>
        <message>
            <source>Waited</source>
            <translation>Esperó</translation>
        </message>
        <message>
            <source>Who had a part in it</source>
            <translation>Quién participó</translation>
        </message>
        <message>
            <source>Wrap-up</source>
            <translation>Cierre</translation>
        </message>
        <message>
            <source>hold {time}</source>
            <translation>retención {time}</translation>
        </message>
        <message>
            <source>talk {time}</source>
            <translation>conversación {time}</translation>
        </message>
        <message>
            <source>wrap-up {time}</source>
            <translation>cierre {time}</translation>
        </message>
        <message>
            <source>{ms} ms after the call came in</source>
            <translation>A los {ms} ms de entrar la llamada</translation>
        </message>
    </context>
    <context>
        <name>ItemRow</name>
        <message>
            <source>{thing}: to {name}</source>
            <translation>{thing}: a {name}</translation>
        </message>
    </context>
    <context>
        <name>JourneyCard</name>
        <message>
            <source>File on screen after {ms} ms</source>
            <translation>Ficha en pantalla en {ms} ms</translation>
        </message>
        <message>
            <source>Journey</source>
            <translation>Recorrido</translation>
        </message>
    </context>
    <context>
        <name>KeptFiles</name>
        <message>
            <source>Take out {name}</source>
            <translation>Quitar {name}</translation>
        </message>
    </context>
    <context>
        <name>Keypad</name>
        <message>
            <source>Caller pressed {digits}</source>
            <translation>Quien llama ha pulsado {digits}</translation>
        </message>
        <message>
            <source>Keypad</source>
            <translation>Teclado</translation>
        </message>
        <message>
            <source>Type the digits</source>
            <translation>Escribe las cifras</translation>
        </message>
    </context>
    <context>
        <name>KeysCard</name>
        <message>
            <source>Enter</source>
            <translation>Intro</translation>
        </message>
        <message>
            <source>Keyboard</source>
            <translation>Teclado</translation>
        </message>
        <message>
            <source>Shift</source>
            <translation>Mayús</translation>
        </message>
    </context>
    <context>
        <name>LookCard</name>
        <message>
            <source>As the system</source>
            <translation>Como el sistema</translation>
        </message>
        <message>
            <source>Dark</source>
            <translation>Oscuro</translation>
        </message>
        <message>
            <source>Language</source>
            <translation>Idioma</translation>
        </message>
        <message>
            <source>Language and look</source>
            <translation>Idioma y aspecto</translation>
        </message>
        <message>
            <source>Light</source>
            <translation>Claro</translation>
        </message>
        <message>
            <source>Theme</source>
            <translation>Tema</translation>
        </message>
    </context>
    <context>
        <name>Mail</name>
        <message>
            <source>Cc</source>
            <translation>Cc</translation>
        </message>
        <message>
            <source>From</source>
            <translation>De</translation>
        </message>
        <message>
            <source>Subject</source>
            <translation>Asunto</translation>
        </message>
        <message>
            <source>To</source>
            <translation>Para</translation>
        </message>
        <message numerus="yes">
            <source>and %n more recipient(s)</source>
            <translation>
                <numerusform>y otro destinatario más</numerusform>
                <numerusform>y %n destinatarios más</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>MailButton</name>
        <message>
            <source>Copy the address</source>
            <translation>Copiar la dirección</translation>
        </message>
        <message>
            <source>Write to {address}</source>
            <translation>Escribir a {address}</translation>
        </message>
    </context>
    <context>
        <name>MailView</name>
        <message>
            <source>Text of the message</source>
            <translation>Texto del mensaje</translation>
        </message>
    </context>
    <context>
        <name>MatchPanel</name>
        <message>
            <source>Looking up who this is…</source>
            <translation>Buscando de quién se trata…</translation>
        </message>
        <message>
            <source>The caller hides the number. Nobody was looked up, and nothing will be learnt.</source>
            <translation>Quien llama oculta su número. No se ha buscado a nadie ni se aprenderá nada.</translation>
        </message>
    </context>
    <context>
        <name>MergeButton</name>
        <message>
            <source>Merge with another file…</source>
            <translation>Fusionar con otra ficha…</translation>
        </message>
    </context>
    <context>
        <name>MergeWith</name>
        <message>
            <source>Merge with</source>
            <translation>Fusionar con</translation>
        </message>
        <message>
            <source>Name, number or address of the other file</source>
            <translation>Nombre, número o dirección de la otra ficha</translation>
        </message>
        <message>
            <source>You see both files side by side before anything is done.</source>
            <translation>Verá las dos fichas una al lado de la otra antes de que se haga nada.</translation>
        </message>
    </context>
    <context>
        <name>MergedFrom</name>
        <message numerus="yes">
            <source>%n more</source>
            <translation>
                <numerusform>%n más</numerusform>
                <numerusform>%n más</numerusform>
            </translation>
        </message>
        <message>
            <source>Undo: {merge}</source>
            <translation>Deshacer: {merge}</translation>
        </message>
        <message>
            <source>Undo…</source>
            <translation>Deshacer…</translation>
        </message>
    </context>
    <context>
        <name>MergesView</name>
        <message>
            <source>Became part of it</source>
            <translation>Pasó a formar parte</translation>
        </message>
        <message>
            <source>By</source>
            <translation>Por</translation>
        </message>
        <message>
            <source>Each merge stands here, by whomever it was made, and can be undone.</source>
            <translation>Cada fusión queda aquí, la haya hecho quien la haya hecho, y se puede deshacer.</translation>
        </message>
        <message>
            <source>Merges</source>
            <translation>Fusiones</translation>
        </message>
        <message>
            <source>Nothing was merged yet</source>
            <translation>Todavía no se ha fusionado nada</translation>
        </message>
        <message>
            <source>Show more</source>
            <translation>Mostrar más</translation>
        </message>
        <message>
            <source>Stands</source>
            <translation>Vigente</translation>
        </message>
        <message>
            <source>State</source>
            <translation>Estado</translation>
        </message>
        <message>
            <source>Stays</source>
            <translation>Se queda</translation>
        </message>
        <message>
            <source>Under another merge</source>
            <translation>Bajo otra fusión</translation>
        </message>
        <message>
            <source>Undone by {agent}</source>
            <translation>Deshecha por {agent}</translation>
        </message>
        <message>
            <source>Undo…</source>
            <translation>Deshacer…</translation>
        </message>
        <message>
            <source>When</source>
            <translation>Cuándo</translation>
        </message>
        <message>
            <source>by itself</source>
            <translation>automática</translation>
        </message>
    </context>
    <context>
        <name>Merging</name>
        <message numerus="yes">
            <source>%n address(es)</source>
            <translation>
                <numerusform>%n dirección</numerusform>
                <numerusform>%n direcciones</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n consent(s)</source>
            <translation>
                <numerusform>%n consentimiento</numerusform>
                <numerusform>%n consentimientos</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n contact(s)</source>
            <translation>
                <numerusform>%n contacto</numerusform>
                <numerusform>%n contactos</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n missed call(s)</source>
            <translation>
                <numerusform>%n llamada perdida</numerusform>
                <numerusform>%n llamadas perdidas</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n note(s)</source>
            <translation>
                <numerusform>%n nota</numerusform>
                <numerusform>%n notas</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n number(s) and addresses</source>
            <translation>
                <numerusform>%n número o dirección</numerusform>
                <numerusform>%n números y direcciones</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n relation(s)</source>
            <translation>
                <numerusform>%n relación</numerusform>
                <numerusform>%n relaciones</numerusform>
            </translation>
        </message>
        <message>
            <source>Account</source>
            <translation>Cuenta</translation>
        </message>
        <message>
            <source>Active</source>
            <translation>Activa</translation>
        </message>
        <message>
            <source>Address</source>
            <translation>Dirección</translation>
        </message>
        <message>
            <source>Alerts</source>
            <translation>Avisos</translation>
        </message>
        <message>
            <source>Birthday</source>
            <translation>Nacimiento</translation>
        </message>
        <message>
            <source>Born</source>
            <translation>Fecha de nacimiento</translation>
        </message>
        <message>
            <source>Closed</source>
            <translation>Cerrada</translation>
        </message>
        <message>
            <source>Consent</source>
            <translation>Consentimiento</translation>
        </message>
        <message>
            <source>Customer since</source>
            <translation>Cliente desde</translation>
        </message>
        <message>
            <source>Deceased</source>
            <translation>Fallecido</translation>
        </message>
        <message>
            <source>Do not record</source>
            <translation>No grabar</translation>
        </message>
        <message>
            <source>E-mail</source>
            <translation>Correo</translation>
        </message>
        <message>
            <source>Employer</source>
            <translation>Empresa</translation>
        </message>
        <message>
            <source>Family</source>
            <translation>Familia</translation>
        </message>
        <message>
            <source>Given name</source>
            <translation>Nombre de pila</translation>
        </message>
        <message>
            <source>Home</source>
            <translation>Domicilio</translation>
        </message>
        <message>
            <source>Language</source>
            <translation>Idioma</translation>
        </message>
        <message>
            <source>Name</source>
            <translation>Nombre</translation>
        </message>
        <message>
            <source>Note</source>
            <translation>Nota</translation>
        </message>
        <message>
            <source>Number or address</source>
            <translation>Número o dirección</translation>
        </message>
        <message>
            <source>One is a person, the other an organisation.</source>
            <translation>Una es una persona y la otra una organización.</translation>
        </message>
        <message>
            <source>Organisation</source>
            <translation>Organización</translation>
        </message>
        <message>
            <source>Other files</source>
            <translation>Otras fichas</translation>
        </message>
        <message>
            <source>Overdue</source>
            <translation>Impagos</translation>
        </message>
        <message>
            <source>Owner</source>
            <translation>Responsable</translation>
        </message>
        <message>
            <source>Person</source>
            <translation>Persona</translation>
        </message>
        <message>
            <source>Person or organisation</source>
            <translation>Persona u organización</translation>
        </message>
        <message>
            <source>Phone</source>
            <translation>Teléfono</translation>
        </message>
        <message>
            <source>Pinned note</source>
            <translation>Nota fijada</translation>
        </message>
        <message>
            <source>Prospect</source>
            <translation>Cliente potencial</translation>
        </message>
        <message>
            <source>Reference</source>
            <translation>Referencia</translation>
        </message>
        <message>
            <source>Relation</source>
            <translation>Relación</translation>
        </message>
        <message>
            <source>Somebody said that they are two customers.</source>
            <translation>Alguien dijo que son dos clientes.</translation>
        </message>
        <message>
            <source>Surname</source>
            <translation>Apellidos</translation>
        </message>
        <message>
            <source>Tags</source>
            <translation>Etiquetas</translation>
        </message>
        <message>
            <source>Their dates of birth differ.</source>
            <translation>Sus fechas de nacimiento son distintas.</translation>
        </message>
        <message>
            <source>They have two different references of one other system.</source>
            <translation>Tienen dos referencias distintas de un mismo sistema.</translation>
        </message>
        <message>
            <source>Time zone</source>
            <translation>Zona horaria</translation>
        </message>
        <message>
            <source>Together they have more tags than a file holds: some are left out.</source>
            <translation>Juntas tienen más etiquetas de las que caben en una ficha: algunas se quedan fuera.</translation>
        </message>
        <message>
            <source>Town</source>
            <translation>Población</translation>
        </message>
        <message>
            <source>Vulnerable</source>
            <translation>Vulnerable</translation>
        </message>
        <message>
            <source>a familiar form</source>
            <translation>una forma familiar</translation>
        </message>
        <message>
            <source>a similar street</source>
            <translation>calle parecida</translation>
        </message>
        <message>
            <source>another street, another phone</source>
            <translation>otra calle, otro teléfono</translation>
        </message>
        <message>
            <source>as relatives have it</source>
            <translation>como entre parientes</translation>
        </message>
        <message>
            <source>both fit a third one</source>
            <translation>ambas encajan con una tercera</translation>
        </message>
        <message>
            <source>both together</source>
            <translation>los dos juntos</translation>
        </message>
        <message>
            <source>chosen by you</source>
            <translation>elegido por ti</translation>
        </message>
        <message>
            <source>corrected by an agent</source>
            <translation>corregido por un agente</translation>
        </message>
        <message>
            <source>different</source>
            <translation>distinto</translation>
        </message>
        <message>
            <source>exchanged</source>
            <translation>intercambiados</translation>
        </message>
        <message>
            <source>merged by itself {day}</source>
            <translation>fusionada automáticamente {day}</translation>
        </message>
        <message>
            <source>merged by {agent} {day}</source>
            <translation>fusionada por {agent} {day}</translation>
        </message>
        <message>
            <source>of the file that stays</source>
            <translation>de la ficha que se queda</translation>
        </message>
        <message>
            <source>one fits another one</source>
            <translation>una encaja con otra</translation>
        </message>
        <message>
            <source>one is part of the other</source>
            <translation>uno forma parte del otro</translation>
        </message>
        <message>
            <source>one number is the same, others differ</source>
            <translation>un teléfono es el mismo, otros no</translation>
        </message>
        <message>
            <source>one of two is mistyped</source>
            <translation>uno de los dos mal escrito</translation>
        </message>
        <message>
            <source>one of two is the same</source>
            <translation>uno de los dos igual</translation>
        </message>
        <message>
            <source>says more</source>
            <translation>dice más</translation>
        </message>
        <message>
            <source>similar</source>
            <translation>parecido</translation>
        </message>
        <message>
            <source>somewhat similar</source>
            <translation>algo parecido</translation>
        </message>
        <message>
            <source>the earlier day</source>
            <translation>el día más antiguo</translation>
        </message>
        <message>
            <source>the first is the same</source>
            <translation>el primero es igual</translation>
        </message>
        <message>
            <source>the graver one counts</source>
            <translation>cuenta el más grave</translation>
        </message>
        <message>
            <source>the other has none</source>
            <translation>la otra no lo tiene</translation>
        </message>
        <message>
            <source>the same</source>
            <translation>igual</translation>
        </message>
        <message>
            <source>the same domain</source>
            <translation>el mismo dominio</translation>
        </message>
        <message>
            <source>the same in both</source>
            <translation>igual en las dos</translation>
        </message>
        <message>
            <source>the same initial</source>
            <translation>la misma inicial</translation>
        </message>
        <message>
            <source>the same number</source>
            <translation>el mismo número</translation>
        </message>
        <message>
            <source>the same number and street</source>
            <translation>el mismo número y calle</translation>
        </message>
        <message>
            <source>the same postcode</source>
            <translation>el mismo código postal</translation>
        </message>
        <message>
            <source>the same street</source>
            <translation>la misma calle</translation>
        </message>
        <message>
            <source>the same street, another number</source>
            <translation>la misma calle, otro teléfono</translation>
        </message>
        <message>
            <source>the same town</source>
            <translation>la misma población</translation>
        </message>
        <message>
            <source>the same town, another postcode</source>
            <translation>la misma población, otro código postal</translation>
        </message>
        <message>
            <source>the same year</source>
            <translation>el mismo año</translation>
        </message>
        <message>
            <source>the second is the other's first</source>
            <translation>el segundo es el primero del otro</translation>
        </message>
        <message>
            <source>written later</source>
            <translation>escrito después</translation>
        </message>
        <message>
            <source>{field} was changed</source>
            <translation>Se cambió: {field}</translation>
        </message>
    </context>
    <context>
        <name>MessageCard</name>
        <message numerus="yes">
            <source>%n image(s) of other servers not loaded</source>
            <translation>
                <numerusform>Una imagen externa sin cargar</numerusform>
                <numerusform>%n imágenes externas sin cargar</numerusform>
            </translation>
        </message>
        <message>
            <source>Choose the message of {name}</source>
            <translation>Elegir el mensaje de {name}</translation>
        </message>
        <message>
            <source>Details</source>
            <translation>Detalles</translation>
        </message>
        <message>
            <source>Fewer details</source>
            <translation>Menos detalles</translation>
        </message>
        <message>
            <source>Forward</source>
            <translation>Reenviar</translation>
        </message>
        <message>
            <source>Headers and original…</source>
            <translation>Cabeceras y original…</translation>
        </message>
        <message>
            <source>Hide what was quoted</source>
            <translation>Ocultar lo citado</translation>
        </message>
        <message>
            <source>Larger</source>
            <translation>Más grande</translation>
        </message>
        <message>
            <source>More</source>
            <translation>Más</translation>
        </message>
        <message>
            <source>Not sent: {why}</source>
            <translation>No enviado: {why}</translation>
        </message>
        <message>
            <source>Print…</source>
            <translation>Imprimir…</translation>
        </message>
        <message>
            <source>Quoted</source>
            <translation>Citado</translation>
        </message>
        <message>
            <source>Reply</source>
            <translation>Responder</translation>
        </message>
        <message>
            <source>Reply to all</source>
            <translation>Responder a todos</translation>
        </message>
        <message>
            <source>Show</source>
            <translation>Mostrar</translation>
        </message>
        <message>
            <source>Show all</source>
            <translation>Mostrar todo</translation>
        </message>
        <message>
            <source>Show as designed</source>
            <translation>Ver con su diseño</translation>
        </message>
        <message>
            <source>Show as plain text</source>
            <translation>Ver como texto</translation>
        </message>
        <message>
            <source>Smaller</source>
            <translation>Más pequeño</translation>
        </message>
        <message>
            <source>This is the beginning of a long message</source>
            <translation>Es el principio de un mensaje largo</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>Reintentar</translation>
        </message>
        <message numerus="yes">
            <source>and %n more</source>
            <translation>
                <numerusform>y otro más</numerusform>
                <numerusform>y %n más</numerusform>
            </translation>
        </message>
        <message>
            <source>folded</source>
            <translation>plegado</translation>
        </message>
        <message>
            <source>open</source>
            <translation>abierto</translation>
        </message>
        <message>
            <source>to {names}</source>
            <translation>para {names}</translation>
        </message>
    </context>
    <context>
        <name>MissedDetail</name>
        <message>
            <source>Attempts</source>
            <translation>Intentos</translation>
        </message>
        <message>
            <source>Call back {number}</source>
            <translation>Devolver la llamada {number}</translation>
        </message>
        <message>
            <source>Called</source>
            <translation>Llamó</translation>
        </message>
        <message>
            <source>Called, no answer</source>
            <translation>Llamado, no contesta</translation>
        </message>
        <message>
            <source>Caller's name</source>
            <translation>Nombre de quien llama</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>Cerrar</translation>
        </message>
        <message>
            <source>Close without calling</source>
            <translation>Cerrar sin llamar</translation>
        </message>
        <message>
            <source>Not needed</source>
            <translation>No hace falta</translation>
        </message>
        <message>
            <source>Number</source>
            <translation>Número</translation>
        </message>
        <message>
            <source>Open file</source>
            <translation>Abrir ficha</translation>
        </message>
        <message>
            <source>Other…</source>
            <translation>Otro motivo…</translation>
        </message>
        <message>
            <source>Reached another way</source>
            <translation>Localizado por otra vía</translation>
        </message>
        <message>
            <source>Reason</source>
            <translation>Motivo</translation>
        </message>
        <message>
            <source>Say why</source>
            <translation>Explica por qué</translation>
        </message>
        <message>
            <source>Waited</source>
            <translation>Esperó</translation>
        </message>
        <message>
            <source>Why it is closed</source>
            <translation>Por qué se cierra</translation>
        </message>
        <message>
            <source>Withheld: it cannot be called back</source>
            <translation>Oculto: no se le puede devolver la llamada</translation>
        </message>
        <message>
            <source>Wrong number</source>
            <translation>Se equivocó de número</translation>
        </message>
        <message>
            <source>{agent} is calling back right now.</source>
            <translation>{agent} le está devolviendo la llamada ahora mismo.</translation>
        </message>
    </context>
    <context>
        <name>MissedPage</name>
        <message numerus="yes">
            <source>%n attempt(s)</source>
            <translation>
                <numerusform>%n intento</numerusform>
                <numerusform>%n intentos</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n pending</source>
            <translation>
                <numerusform>%n pendiente</numerusform>
                <numerusform>%n pendientes</numerusform>
            </translation>
        </message>
        <message>
            <source>A call that nobody answers stands here until somebody calls back.</source>
            <translation>Una llamada que nadie contesta se queda aquí hasta que alguien la devuelve.</translation>
        </message>
        <message>
            <source>Age</source>
            <translation>Hace</translation>
        </message>
        <message>
            <source>All queues</source>
            <translation>Todas las colas</translation>
        </message>
        <message>
            <source>Asking the server…</source>
            <translation>Consultando al servidor…</translation>
        </message>
        <message>
            <source>Caller</source>
            <translation>Quien llama</translation>
        </message>
        <message>
            <source>Choose a missed call</source>
            <translation>Elige una llamada perdida</translation>
        </message>
        <message>
            <source>Details</source>
            <translation>Detalles</translation>
        </message>
        <message>
            <source>Enter calls back, Delete closes it.</source>
            <translation>Intro devuelve la llamada, Supr la cierra.</translation>
        </message>
        <message>
            <source>Missed calls</source>
            <translation>Llamadas perdidas</translation>
        </message>
        <message>
            <source>No missed calls</source>
            <translation>No hay llamadas perdidas</translation>
        </message>
        <message>
            <source>Number withheld</source>
            <translation>Número oculto</translation>
        </message>
        <message>
            <source>Queue</source>
            <translation>Cola</translation>
        </message>
        <message>
            <source>You are calling back</source>
            <translation>La estás devolviendo tú</translation>
        </message>
        <message>
            <source>waited {time}</source>
            <translation>esperó {time}</translation>
        </message>
        <message>
            <source>{agent} is calling back</source>
            <translation>{agent} la está devolviendo</translation>
        </message>
    </context>
    <context>
        <name>Monitoring</name>
        <message>
            <source>Leave the call</source>
            <translation>Salir de la llamada</translation>
        </message>
    </context>
    <context>
        <name>NoteBox</name>
        <message>
            <source>Cancel</source>
            <translation>Cancelar</translation>
        </message>
        <message>
            <source>Edit the note</source>
            <translation>Editar la nota</translation>
        </message>
        <message>
            <source>Pin the note</source>
            <translation>Fijar la nota</translation>
        </message>
        <message>
            <source>Pinned</source>
            <translation>Fijada</translation>
        </message>
        <message>
            <source>Save</source>
            <translation>Guardar</translation>
        </message>
        <message>
            <source>Take theirs</source>
            <translation>Quedarse con lo suyo</translation>
        </message>
        <message>
            <source>The note</source>
            <translation>La nota</translation>
        </message>
        <message>
            <source>Unpin the note</source>
            <translation>Soltar la nota</translation>
        </message>
        <message>
            <source>edited by {name}, {day}</source>
            <translation>editada por {name}, {day}</translation>
        </message>
        <message>
            <source>{name} changed this note meanwhile: “{text}”</source>
            <translation>{name} cambió mientras tanto esta nota: «{text}»</translation>
        </message>
    </context>
    <context>
        <name>NumberButton</name>
        <message>
            <source>Call {number}</source>
            <translation>Llamar al {number}</translation>
        </message>
        <message>
            <source>Copy number</source>
            <translation>Copiar el número</translation>
        </message>
    </context>
    <context>
        <name>OfferCard</name>
        <message numerus="yes">
            <source>%n customers share this number</source>
            <translation>
                <numerusform>%n cliente tiene este número</numerusform>
                <numerusform>%n clientes comparten este número</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n more ringing</source>
            <translation>
                <numerusform>%n más sonando</numerusform>
                <numerusform>%n más sonando</numerusform>
            </translation>
        </message>
        <message>
            <source>Accept</source>
            <translation>Aceptar</translation>
        </message>
        <message>
            <source>Answer</source>
            <translation>Contestar</translation>
        </message>
        <message>
            <source>Decline</source>
            <translation>Rechazar</translation>
        </message>
        <message>
            <source>No contact before</source>
            <translation>Primer contacto</translation>
        </message>
        <message>
            <source>Ringing: {caller}, {queue}</source>
            <translation>Sonando: {caller}, {queue}</translation>
        </message>
        <message>
            <source>{channel} offered: {caller}, {queue}</source>
            <translation>{channel}, nueva oferta: {caller}, {queue}</translation>
        </message>
    </context>
    <context>
        <name>OriginalDialog</name>
        <message>
            <source>Close</source>
            <translation>Cerrar</translation>
        </message>
        <message>
            <source>Headers</source>
            <translation>Cabeceras</translation>
        </message>
        <message>
            <source>Headers and original</source>
            <translation>Cabeceras y original</translation>
        </message>
        <message>
            <source>It could not be saved there.</source>
            <translation>No se ha podido guardar ahí.</translation>
        </message>
        <message>
            <source>Loading…</source>
            <translation>Cargando…</translation>
        </message>
        <message>
            <source>Save the original…</source>
            <translation>Guardar el original…</translation>
        </message>
        <message>
            <source>There is no original of this message.</source>
            <translation>No hay original de este mensaje.</translation>
        </message>
    </context>
    <context>
        <name>Pages</name>
        <message>
            <source>Customers</source>
            <translation>Clientes</translation>
        </message>
        <message>
            <source>Duplicates</source>
            <translation>Duplicados</translation>
        </message>
        <message>
            <source>History</source>
            <translation>Historial</translation>
        </message>
        <message>
            <source>Import</source>
            <translation>Importar</translation>
        </message>
        <message>
            <source>Missed calls</source>
            <translation>Llamadas perdidas</translation>
        </message>
        <message>
            <source>Privacy</source>
            <translation>Privacidad</translation>
        </message>
        <message>
            <source>Settings</source>
            <translation>Ajustes</translation>
        </message>
        <message>
            <source>Supervision</source>
            <translation>Supervisión</translation>
        </message>
        <message>
            <source>Work</source>
            <translation>Trabajo</translation>
        </message>
    </context>
    <context>
        <name>ParkPopup</name>
        <message>
            <source>Another time</source>
            <translation>Otro momento</translation>
        </message>
        <message>
            <source>In one hour</source>
            <translation>Dentro de una hora</translation>
        </message>
        <message>
            <source>Later today</source>
            <translation>Hoy, más tarde</translation>
        </message>
        <message>
            <source>Monday morning</source>
            <translation>El lunes por la mañana</translation>
        </message>
        <message>
            <source>Note, for when it comes back</source>
            <translation>Nota, para cuando vuelva</translation>
        </message>
        <message>
            <source>Park</source>
            <translation>Aparcar</translation>
        </message>
        <message>
            <source>Put aside until…</source>
            <translation>Aparcar hasta…</translation>
        </message>
        <message>
            <source>Tomorrow morning</source>
            <translation>Mañana por la mañana</translation>
        </message>
    </context>
    <context>
        <name>PartiesPanel</name>
        <message>
            <source>In conference: you and {count}</source>
            <translation>En conferencia: tú y {count} más</translation>
        </message>
        <message>
            <source>Leave</source>
            <translation>Salir</translation>
        </message>
        <message>
            <source>Let {name} go</source>
            <translation>Quitar a {name} de la conferencia</translation>
        </message>
        <message>
            <source>Parties of the conference</source>
            <translation>Participantes en la conferencia</translation>
        </message>
        <message>
            <source>The caller has hung up; you talk to</source>
            <translation>Quien llamó ha colgado; hablas con</translation>
        </message>
        <message>
            <source>The others go on without you</source>
            <translation>Los demás siguen sin ti</translation>
        </message>
        <message>
            <source>Unknown number</source>
            <translation>Número desconocido</translation>
        </message>
        <message>
            <source>hears music</source>
            <translation>oye música</translation>
        </message>
        <message>
            <source>talking</source>
            <translation>hablando</translation>
        </message>
    </context>
    <context>
        <name>PasswordCard</name>
        <message numerus="yes">
            <source>At least %n character(s).</source>
            <translation>
                <numerusform>Como mínimo %n carácter.</numerusform>
                <numerusform>Como mínimo %n caracteres.</numerusform>
            </translation>
        </message>
        <message>
            <source>Change password</source>
            <translation>Cambiar la contraseña</translation>
        </message>
        <message>
            <source>Current</source>
            <translation>Actual</translation>
        </message>
        <message>
            <source>It must be another than the current one.</source>
            <translation>Tiene que ser distinta de la actual.</translation>
        </message>
        <message>
            <source>New</source>
            <translation>Nueva</translation>
        </message>
        <message>
            <source>New, once more</source>
            <translation>Nueva, otra vez</translation>
        </message>
        <message>
            <source>Password</source>
            <translation>Contraseña</translation>
        </message>
        <message>
            <source>That is too long.</source>
            <translation>Es demasiado larga.</translation>
        </message>
        <message>
            <source>The two do not match.</source>
            <translation>Las dos no coinciden.</translation>
        </message>
        <message>
            <source>This is not your current password.</source>
            <translation>Esta no es tu contraseña actual.</translation>
        </message>
        <message>
            <source>This password is too easy to guess.</source>
            <translation>Esta contraseña es demasiado fácil de adivinar.</translation>
        </message>
        <message numerus="yes">
            <source>Too many attempts: wait %n second(s).</source>
            <translation>
                <numerusform>Demasiados intentos: espera %n segundo.</numerusform>
                <numerusform>Demasiados intentos: espera %n segundos.</numerusform>
            </translation>
        </message>
        <message>
            <source>Type your current password.</source>
            <translation>Escribe tu contraseña actual.</translation>
        </message>
        <message>
            <source>Your password is changed.</source>
            <translation>Tu contraseña se ha cambiado.</translation>
        </message>
    </context>
    <context>
        <name>PastConversation</name>
        <message>
            <source>It cannot be shown</source>
            <translation>No se puede mostrar</translation>
        </message>
        <message>
            <source>Loading…</source>
            <translation>Cargando…</translation>
        </message>
        <message>
            <source>Nothing was written on this contact</source>
            <translation>En este contacto no se escribió nada</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>Reintentar</translation>
        </message>
    </context>
    <context>
        <name>Player</name>
        <message>
            <source>It could not be saved there.</source>
            <translation>No se ha podido guardar ahí.</translation>
        </message>
        <message>
            <source>Loading…</source>
            <translation>Cargando…</translation>
        </message>
        <message>
            <source>No loudspeaker: choose one in the settings.</source>
            <translation>No hay altavoz: elige uno en los ajustes.</translation>
        </message>
        <message>
            <source>Pause</source>
            <translation>Pausa</translation>
        </message>
        <message>
            <source>Play</source>
            <translation>Escuchar</translation>
        </message>
        <message>
            <source>Position in the message</source>
            <translation>Posición en el mensaje</translation>
        </message>
        <message>
            <source>Save as…</source>
            <translation>Guardar como…</translation>
        </message>
        <message>
            <source>Speed</source>
            <translation>Velocidad</translation>
        </message>
        <message>
            <source>Speed: {speed}</source>
            <translation>Velocidad: {speed}</translation>
        </message>
        <message>
            <source>The recording cannot be fetched now.</source>
            <translation>Ahora no se puede traer la grabación.</translation>
        </message>
        <message>
            <source>The recording is empty.</source>
            <translation>La grabación está vacía.</translation>
        </message>
        <message>
            <source>There is no recording that can be played.</source>
            <translation>No hay ninguna grabación que se pueda oír.</translation>
        </message>
        <message>
            <source>← → step 5 seconds, Space plays</source>
            <translation>← → avanzan 5 segundos, Espacio escucha</translation>
        </message>
    </context>
    <context>
        <name>Preparations</name>
        <message>
            <source>Making 10,000 customers and two years of their contacts…</source>
            <translation>Creando 10.000 clientes y dos años de contactos…</translation>
        </message>
        <message>
            <source>Starting the bridge…</source>
            <translation>Arrancando el puente…</translation>
        </message>
        <message>
            <source>The demo is being prepared</source>
            <translation>Preparando la demostración</translation>
        </message>
    </context>
    <context>
        <name>PreviewView</name>
        <message numerus="yes">
            <source>%n of them would be refused.</source>
            <translation>
                <numerusform>%n de ellas se rechazaría.</numerusform>
                <numerusform>%n de ellas se rechazarían.</numerusform>
            </translation>
        </message>
        <message>
            <source>Being read…</source>
            <translation>Leyendo…</translation>
        </message>
        <message>
            <source>First the columns have to fit.</source>
            <translation>Primero han de encajar las columnas.</translation>
        </message>
        <message>
            <source>Name</source>
            <translation>Nombre</translation>
        </message>
        <message>
            <source>No row to show</source>
            <translation>Ninguna fila que mostrar</translation>
        </message>
        <message>
            <source>Numbers, addresses, references</source>
            <translation>Números, direcciones, referencias</translation>
        </message>
        <message>
            <source>Refused</source>
            <translation>Rechazada</translation>
        </message>
        <message>
            <source>Row</source>
            <translation>Fila</translation>
        </message>
        <message numerus="yes">
            <source>The first %n row(s) as they will be.</source>
            <translation>
                <numerusform>La primera fila como quedará.</numerusform>
                <numerusform>Las primeras %n filas como quedarán.</numerusform>
            </translation>
        </message>
        <message>
            <source>The first rows as they will be</source>
            <translation>Las primeras filas como quedarán</translation>
        </message>
        <message>
            <source>What else it says</source>
            <translation>Qué más dice</translation>
        </message>
    </context>
    <context>
        <name>PrivacyButton</name>
        <message>
            <source>Hold, hand out or erase…</source>
            <translation>Conservar, entregar o borrar…</translation>
        </message>
        <message>
            <source>Privacy of this customer</source>
            <translation>Privacidad de este cliente</translation>
        </message>
        <message>
            <source>Privacy…</source>
            <translation>Privacidad…</translation>
        </message>
        <message>
            <source>Who looked at this customer</source>
            <translation>Quién consultó a este cliente</translation>
        </message>
    </context>
    <context>
        <name>PrivacyPage</name>
        <message>
            <source>Export</source>
            <translation>Exportar</translation>
        </message>
        <message>
            <source>One customer</source>
            <translation>Un cliente</translation>
        </message>
        <message>
            <source>Privacy</source>
            <translation>Privacidad</translation>
        </message>
        <message>
            <source>Who looked</source>
            <translation>Quién consultó</translation>
        </message>
    </context>
    <context>
        <name>Reasons</name>
        <message>
            <source>Automatic reply</source>
            <translation>Respuesta automática</translation>
        </message>
        <message>
            <source>Being sent</source>
            <translation>Enviándose</translation>
        </message>
        <message>
            <source>Delivered</source>
            <translation>Entregado</translation>
        </message>
        <message>
            <source>Files of this kind cannot be sent</source>
            <translation>No se pueden enviar archivos de este tipo</translation>
        </message>
        <message>
            <source>Goes out in a moment</source>
            <translation>Sale enseguida</translation>
        </message>
        <message>
            <source>It did not arrive</source>
            <translation>No ha llegado</translation>
        </message>
        <message>
            <source>Mailing list</source>
            <translation>Lista de correo</translation>
        </message>
        <message>
            <source>Not sent</source>
            <translation>No enviado</translation>
        </message>
        <message>
            <source>Our own mail</source>
            <translation>Correo propio</translation>
        </message>
        <message>
            <source>Read</source>
            <translation>Leído</translation>
        </message>
        <message>
            <source>Received</source>
            <translation>Recibido</translation>
        </message>
        <message>
            <source>Returned: not delivered</source>
            <translation>Devuelto: no entregado</translation>
        </message>
        <message>
            <source>Sent</source>
            <translation>Enviado</translation>
        </message>
        <message>
            <source>Taken back</source>
            <translation>Retirado</translation>
        </message>
        <message>
            <source>The file cannot be read</source>
            <translation>El archivo no se puede leer</translation>
        </message>
        <message>
            <source>The file is empty</source>
            <translation>El archivo está vacío</translation>
        </message>
        <message>
            <source>Too large to be sent</source>
            <translation>Demasiado grande para enviarlo</translation>
        </message>
        <message>
            <source>Too many files</source>
            <translation>Demasiados archivos</translation>
        </message>
        <message>
            <source>a program</source>
            <translation>es un programa</translation>
        </message>
        <message>
            <source>another contact rings there</source>
            <translation>le suena otro contacto</translation>
        </message>
        <message>
            <source>asked for by name</source>
            <translation>se pidió por su nombre</translation>
        </message>
        <message>
            <source>connection lost</source>
            <translation>conexión perdida</translation>
        </message>
        <message>
            <source>does not take this channel</source>
            <translation>no atiende este canal</translation>
        </message>
        <message>
            <source>free for the longest time</source>
            <translation>llevaba más tiempo libre</translation>
        </message>
        <message>
            <source>free for {time}</source>
            <translation>libre desde hace {time}</translation>
        </message>
        <message>
            <source>had this customer's last contact</source>
            <translation>atendió el último contacto de este cliente</translation>
        </message>
        <message>
            <source>has asked for a break</source>
            <translation>ha pedido una pausa</translation>
        </message>
        <message>
            <source>it contains a program</source>
            <translation>contiene un programa</translation>
        </message>
        <message>
            <source>it is not what its name says</source>
            <translation>no es lo que dice su nombre</translation>
        </message>
        <message>
            <source>it looks suspicious</source>
            <translation>parece sospechoso</translation>
        </message>
        <message>
            <source>it may run programs</source>
            <translation>puede ejecutar programas</translation>
        </message>
        <message>
            <source>its name hides what it is</source>
            <translation>su nombre oculta lo que es</translation>
        </message>
        <message>
            <source>kept for somebody else for now</source>
            <translation>reservado por ahora para otra persona</translation>
        </message>
        <message>
            <source>knows best what is asked for</source>
            <translation>es quien más sabe de lo que se pide</translation>
        </message>
        <message>
            <source>lacks “{skill}”</source>
            <translation>le falta «{skill}»</translation>
        </message>
        <message>
            <source>load {share}</source>
            <translation>carga {share}</translation>
        </message>
        <message>
            <source>locked with a password</source>
            <translation>protegido con contraseña</translation>
        </message>
        <message>
            <source>looks after this customer</source>
            <translation>lleva a este cliente</translation>
        </message>
        <message>
            <source>no room for one more</source>
            <translation>sin capacidad para otro</translation>
        </message>
        <message>
            <source>not ready</source>
            <translation>no disponible</translation>
        </message>
        <message>
            <source>skill {level}</source>
            <translation>nivel {level}</translation>
        </message>
        <message>
            <source>telephone at another switch</source>
            <translation>su teléfono está en otra centralita</translation>
        </message>
        <message>
            <source>the only one who could take it</source>
            <translation>la única persona que podía atenderlo</translation>
        </message>
        <message>
            <source>took it from the queue</source>
            <translation>lo tomó de la cola</translation>
        </message>
    </context>
    <context>
        <name>RecordStrip</name>
        <message>
            <source>Go on</source>
            <translation>Seguir</translation>
        </message>
        <message>
            <source>It goes on by itself when you leave the field.</source>
            <translation>Sigue sola al salir del campo.</translation>
        </message>
        <message>
            <source>Not recorded</source>
            <translation>Sin grabación</translation>
        </message>
        <message>
            <source>Nothing that is said now is kept.</source>
            <translation>Lo que se diga ahora no se guarda.</translation>
        </message>
        <message>
            <source>Pause</source>
            <translation>Pausar</translation>
        </message>
        <message>
            <source>Recording</source>
            <translation>Grabando</translation>
        </message>
        <message>
            <source>Recording paused</source>
            <translation>Grabación en pausa</translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>Detener</translation>
        </message>
        <message>
            <source>The recording could not go on: nothing that is said now is kept.</source>
            <translation>La grabación no ha podido seguir: lo que se dice ahora no se guarda.</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>Reintentar</translation>
        </message>
    </context>
    <context>
        <name>Recordings</name>
        <message>
            <source>Only the agent of the call and supervisors may hear it.</source>
            <translation>Solo pueden escucharla el agente de la llamada y los supervisores.</translation>
        </message>
        <message>
            <source>Recording</source>
            <translation>Grabación</translation>
        </message>
        <message>
            <source>Recordings</source>
            <translation>Grabaciones</translation>
        </message>
        <message>
            <source>The recording is not here yet.</source>
            <translation>La grabación aún no ha llegado.</translation>
        </message>
        <message>
            <source>Who listens is written into the journey of the contact.</source>
            <translation>Quién la escucha queda anotado en el recorrido del contacto.</translation>
        </message>
    </context>
    <context>
        <name>RefusedTable</name>
        <message>
            <source>Column</source>
            <translation>Columna</translation>
        </message>
        <message>
            <source>Refused rows</source>
            <translation>Filas rechazadas</translation>
        </message>
        <message>
            <source>Row</source>
            <translation>Fila</translation>
        </message>
        <message>
            <source>Why it is refused</source>
            <translation>Por qué se rechaza</translation>
        </message>
    </context>
    <context>
        <name>RelationRow</name>
        <message>
            <source>As what: {who}</source>
            <translation>En calidad de qué: {who}</translation>
        </message>
        <message>
            <source>As what?</source>
            <translation>¿En calidad de qué?</translation>
        </message>
        <message>
            <source>Remove {what}</source>
            <translation>Quitar {what}</translation>
        </message>
    </context>
    <context>
        <name>RelationSection</name>
        <message>
            <source>Add somebody</source>
            <translation>Añadir a alguien</translation>
        </message>
        <message>
            <source>Name, number, e-mail or reference</source>
            <translation>Nombre, número, correo o referencia</translation>
        </message>
        <message>
            <source>Nobody is found. Save the other one as a customer first.</source>
            <translation>No se encuentra a nadie. Guarda antes al otro como cliente.</translation>
        </message>
        <message>
            <source>Nobody is related to this customer.</source>
            <translation>Nadie está relacionado con este cliente.</translation>
        </message>
        <message>
            <source>There are more; the newest 100 are shown.</source>
            <translation>Hay más; se muestran los 100 más recientes.</translation>
        </message>
        <message>
            <source>This customer</source>
            <translation>Este cliente</translation>
        </message>
        <message>
            <source>This relation cannot be: of the wrong kind, or round in a circle.</source>
            <translation>Esta relación no es posible: es de otro tipo o cierra un círculo.</translation>
        </message>
        <message>
            <source>Whom</source>
            <translation>A quién</translation>
        </message>
    </context>
    <context>
        <name>ReviewView</name>
        <message numerus="yes">
            <source>%n pair(s) were put off.</source>
            <translation>
                <numerusform>Se aplazó %n pareja.</numerusform>
                <numerusform>Se aplazaron %n parejas.</numerusform>
            </translation>
        </message>
        <message>
            <source>(empty)</source>
            <translation>(vacío)</translation>
        </message>
        <message>
            <source>(nothing)</source>
            <translation>(nada)</translation>
        </message>
        <message>
            <source>Chosen by hand</source>
            <translation>Elegidas a mano</translation>
        </message>
        <message>
            <source>Comes with it</source>
            <translation>Viene con ella</translation>
        </message>
        <message>
            <source>Enter · Del · L · arrows choose · S swaps · Ctrl+Z undoes</source>
            <translation>Intro · Supr · L · las flechas eligen · S cambia · Ctrl+Z deshace</translation>
        </message>
        <message>
            <source>Fields of both files</source>
            <translation>Campos de las dos fichas</translation>
        </message>
        <message>
            <source>Goes into it</source>
            <translation>Se integra</translation>
        </message>
        <message>
            <source>Later</source>
            <translation>Más tarde</translation>
        </message>
        <message>
            <source>Loading…</source>
            <translation>Cargando…</translation>
        </message>
        <message>
            <source>Look again</source>
            <translation>Buscar de nuevo</translation>
        </message>
        <message>
            <source>Look at them now</source>
            <translation>Verlas ahora</translation>
        </message>
        <message>
            <source>Merge</source>
            <translation>Fusionar</translation>
        </message>
        <message>
            <source>No duplicates to look at</source>
            <translation>No hay duplicados por revisar</translation>
        </message>
        <message>
            <source>Not the same</source>
            <translation>No es el mismo</translation>
        </message>
        <message>
            <source>Nothing new to look at</source>
            <translation>Nada nuevo por revisar</translation>
        </message>
        <message>
            <source>Numbers and addresses</source>
            <translation>Números y direcciones</translation>
        </message>
        <message>
            <source>Pairs that may be one customer stand here after each search for them.</source>
            <translation>Tras cada búsqueda, aquí quedan las parejas que pueden ser un mismo cliente.</translation>
        </message>
        <message>
            <source>Show it again</source>
            <translation>Mostrarla otra vez</translation>
        </message>
        <message>
            <source>Stays</source>
            <translation>Se queda</translation>
        </message>
        <message>
            <source>Swap sides</source>
            <translation>Cambiar lados</translation>
        </message>
        <message>
            <source>Taking it back…</source>
            <translation>Deshaciendo…</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>Reintentar</translation>
        </message>
        <message>
            <source>Undo</source>
            <translation>Deshacer</translation>
        </message>
        <message>
            <source>{field}: {value}, {why}</source>
            <translation>{field}: {value}, {why}</translation>
        </message>
        <message>
            <source>{first} and {second} are two customers.</source>
            <translation>{first} y {second} son dos clientes.</translation>
        </message>
        <message>
            <source>{first} and {second} come again later.</source>
            <translation>{first} y {second} volverán más tarde.</translation>
        </message>
        <message>
            <source>{first} and {second}: {why}</source>
            <translation>{first} y {second}: {why}</translation>
        </message>
        <message>
            <source>{percent} the same customer</source>
            <translation>{percent} el mismo cliente</translation>
        </message>
        <message>
            <source>{second} was merged into {first}.</source>
            <translation>{second} se ha fusionado en {first}.</translation>
        </message>
    </context>
    <context>
        <name>RunView</name>
        <message>
            <source>By the same name the same rows are known again: the next file of it changes them.</source>
            <translation>Por el mismo nombre se reconocen las mismas filas: su siguiente archivo las cambia.</translation>
        </message>
        <message>
            <source>Done in {time}</source>
            <translation>Hecho en {time}</translation>
        </message>
        <message>
            <source>Dry run</source>
            <translation>Ensayo</translation>
        </message>
        <message>
            <source>Dry run done: nothing was written</source>
            <translation>Ensayo hecho: no se ha escrito nada</translation>
        </message>
        <message>
            <source>Dry run: nothing is written</source>
            <translation>Ensayo: no se escribe nada</translation>
        </message>
        <message>
            <source>Go on</source>
            <translation>Seguir</translation>
        </message>
        <message>
            <source>Held back: rows that say something else than the file, whose word stays.</source>
            <translation>Retenidas: filas que dicen otra cosa que la ficha, que queda como está.</translation>
        </message>
        <message>
            <source>Import</source>
            <translation>Importar</translation>
        </message>
        <message>
            <source>Importing</source>
            <translation>Importando</translation>
        </message>
        <message>
            <source>Kept under the name</source>
            <translation>Se guarda con el nombre</translation>
        </message>
        <message>
            <source>No connection to the server</source>
            <translation>Sin conexión con el servidor</translation>
        </message>
        <message>
            <source>Pause</source>
            <translation>Pausar</translation>
        </message>
        <message>
            <source>Ready. A dry run says what would be done, and does nothing.</source>
            <translation>Lista. Un ensayo dice qué se haría, y no hace nada.</translation>
        </message>
        <message>
            <source>Save refused rows</source>
            <translation>Guardar las filas rechazadas</translation>
        </message>
        <message>
            <source>Save refused rows…</source>
            <translation>Guardar las filas rechazadas…</translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>Detener</translation>
        </message>
        <message>
            <source>The refused rows are saved.</source>
            <translation>Las filas rechazadas están guardadas.</translation>
        </message>
        <message>
            <source>Where file and source differ, what counts is</source>
            <translation>Si ficha y origen difieren, cuenta</translation>
        </message>
        <message>
            <source>changed</source>
            <translation>cambiadas</translation>
        </message>
        <message>
            <source>held back</source>
            <translation>retenidas</translation>
        </message>
        <message>
            <source>new</source>
            <translation>nuevas</translation>
        </message>
        <message>
            <source>refused</source>
            <translation>rechazadas</translation>
        </message>
        <message>
            <source>the same</source>
            <translation>iguales</translation>
        </message>
        <message>
            <source>would be changed</source>
            <translation>cambiarían</translation>
        </message>
        <message>
            <source>would be new</source>
            <translation>serían nuevas</translation>
        </message>
        <message>
            <source>would be refused</source>
            <translation>se rechazarían</translation>
        </message>
        <message>
            <source>{count} relations wait: whoever is named is not on file, or not alone so called. The next run looks again.</source>
            <translation>{count} relaciones esperan: quien se nombra no tiene ficha, o no es la única organización con ese nombre. La próxima vez se vuelve a mirar.</translation>
        </message>
    </context>
    <context>
        <name>SearchButton</name>
        <message>
            <source>Search customer, number, action</source>
            <translation>Buscar cliente, número, acción</translation>
        </message>
        <message>
            <source>Search customer, number, action…</source>
            <translation>Buscar cliente, número, acción…</translation>
        </message>
    </context>
    <context>
        <name>SectionBar</name>
        <message>
            <source>Basics</source>
            <translation>Datos básicos</translation>
        </message>
        <message>
            <source>Consents</source>
            <translation>Consentimientos</translation>
        </message>
        <message>
            <source>More fields</source>
            <translation>Más campos</translation>
        </message>
        <message>
            <source>Postal addresses</source>
            <translation>Direcciones postales</translation>
        </message>
        <message>
            <source>Related</source>
            <translation>Relaciones</translation>
        </message>
        <message>
            <source>Something here is not right</source>
            <translation>Hay algo incorrecto aquí</translation>
        </message>
    </context>
    <context>
        <name>Sections</name>
        <message>
            <source>Conversation</source>
            <translation>Conversación</translation>
        </message>
        <message>
            <source>Not on file: say who it is</source>
            <translation>Sin ficha: di quién es</translation>
        </message>
        <message>
            <source>Result and notes</source>
            <translation>Resultado y notas</translation>
        </message>
        <message>
            <source>Several customers match: say who it is</source>
            <translation>Varios clientes coinciden: di quién es</translation>
        </message>
        <message>
            <source>Who is it?</source>
            <translation>¿Quién es?</translation>
        </message>
        <message>
            <source>Wrap-up</source>
            <translation>Cierre</translation>
        </message>
    </context>
    <context>
        <name>Sentences</name>
        <message numerus="yes">
            <source>%n transfer(s)</source>
            <translation>
                <numerusform>%n transferencia</numerusform>
                <numerusform>%n transferencias</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n unread</source>
            <translation>
                <numerusform>uno sin leer</numerusform>
                <numerusform>%n sin leer</numerusform>
            </translation>
        </message>
        <message>
            <source>, confirmed {day}</source>
            <translation>, confirmado el {day}</translation>
        </message>
        <message>
            <source>Account</source>
            <translation>Cuenta</translation>
        </message>
        <message>
            <source>Choice in the menu</source>
            <translation>Opción del menú</translation>
        </message>
        <message>
            <source>Connecting…</source>
            <translation>Conectando…</translation>
        </message>
        <message>
            <source>Contract</source>
            <translation>Contrato</translation>
        </message>
        <message>
            <source>Customer number</source>
            <translation>Número de cliente</translation>
        </message>
        <message>
            <source>Customer since {year}</source>
            <translation>Cliente desde {year}</translation>
        </message>
        <message>
            <source>Everybody in the call of {name} hears you</source>
            <translation>Te oyen todos en la llamada de {name}</translation>
        </message>
        <message>
            <source>In progress</source>
            <translation>En curso</translation>
        </message>
        <message>
            <source>Missed call</source>
            <translation>Llamada perdida</translation>
        </message>
        <message>
            <source>No address</source>
            <translation>Sin dirección</translation>
        </message>
        <message>
            <source>No contact before</source>
            <translation>Primer contacto</translation>
        </message>
        <message>
            <source>Number withheld</source>
            <translation>Número oculto</translation>
        </message>
        <message>
            <source>Source: {source}.</source>
            <translation>Fuente: {source}.</translation>
        </message>
        <message>
            <source>Topic</source>
            <translation>Tema</translation>
        </message>
        <message>
            <source>Until {time}</source>
            <translation>Hasta {time}</translation>
        </message>
        <message>
            <source>Voice by way of the server: the direct way to the telephone system broke off.</source>
            <translation>La voz pasa por el servidor: se cortó el camino directo a la centralita.</translation>
        </message>
        <message>
            <source>Voice by way of the server: the telephone system did not answer in time.</source>
            <translation>La voz pasa por el servidor: la centralita no respondió a tiempo.</translation>
        </message>
        <message>
            <source>Voice by way of the server: the telephone system refused the direct way.</source>
            <translation>La voz pasa por el servidor: la centralita rechazó el camino directo.</translation>
        </message>
        <message>
            <source>Voice by way of the server: the way to the telephone system is not encrypted.</source>
            <translation>La voz pasa por el servidor: el camino a la centralita no está cifrado.</translation>
        </message>
        <message>
            <source>Voice by way of the server: this computer does not reach the telephone system.</source>
            <translation>La voz pasa por el servidor: este ordenador no alcanza la centralita.</translation>
        </message>
        <message>
            <source>Voice by way of the server: this computer does not trust the telephone system's certificate.</source>
            <translation>La voz pasa por el servidor: este ordenador no confía en el certificado de la centralita.</translation>
        </message>
        <message>
            <source>Web visitor</source>
            <translation>Visitante web</translation>
        </message>
        <message>
            <source>You listen to {name}</source>
            <translation>Escuchas a {name}</translation>
        </message>
        <message>
            <source>You whisper to {name}</source>
            <translation>Susurras a {name}</translation>
        </message>
        <message>
            <source>an agent</source>
            <translation>un agente</translation>
        </message>
        <message>
            <source>dialled {number}</source>
            <translation>marcó {number}</translation>
        </message>
        <message>
            <source>due in {time}</source>
            <translation>vence en {time}</translation>
        </message>
        <message>
            <source>on {site}</source>
            <translation>en {site}</translation>
        </message>
        <message>
            <source>queue {queue}</source>
            <translation>cola {queue}</translation>
        </message>
        <message>
            <source>to {address}</source>
            <translation>a {address}</translation>
        </message>
        <message>
            <source>waited {time}</source>
            <translation>esperó {time}</translation>
        </message>
        <message>
            <source>{channel}, given up</source>
            <translation>{channel}, abandonado</translation>
        </message>
        <message>
            <source>{label} on file</source>
            <translation>{label} de la ficha</translation>
        </message>
        <message>
            <source>{names} is reading</source>
            <translation>Lo lee {names}</translation>
        </message>
        <message>
            <source>{time} over</source>
            <translation>venció hace {time}</translation>
        </message>
    </context>
    <context>
        <name>SettingsPage</name>
        <message>
            <source>Settings</source>
            <translation>Ajustes</translation>
        </message>
    </context>
    <context>
        <name>Shares</name>
        <message>
            <source>In hand, of what you may have:</source>
            <translation>En curso, de lo que puedes llevar:</translation>
        </message>
    </context>
    <context>
        <name>Shortcuts</name>
        <message>
            <source>Answer, or accept what is offered</source>
            <translation>Contestar, o aceptar lo que se ofrece</translation>
        </message>
        <message>
            <source>Conversation or result</source>
            <translation>Conversación o resultado</translation>
        </message>
        <message>
            <source>Decline</source>
            <translation>Rechazar</translation>
        </message>
        <message>
            <source>Finish the contact</source>
            <translation>Terminar el contacto</translation>
        </message>
        <message>
            <source>Go to the notes</source>
            <translation>Ir a las notas</translation>
        </message>
        <message>
            <source>Go to where one writes</source>
            <translation>Ir al campo de escritura</translation>
        </message>
        <message>
            <source>Hang up, or end the chat</source>
            <translation>Colgar, o terminar el chat</translation>
        </message>
        <message>
            <source>Hold or retrieve; put a chat aside</source>
            <translation>Retener o recuperar; apartar un chat</translation>
        </message>
        <message>
            <source>More time to wrap up</source>
            <translation>Más tiempo de cierre</translation>
        </message>
        <message>
            <source>Mute or unmute</source>
            <translation>Silenciar o volver a hablar</translation>
        </message>
        <message>
            <source>Next contact</source>
            <translation>Contacto siguiente</translation>
        </message>
        <message>
            <source>Park until a time</source>
            <translation>Aparcar hasta una hora</translation>
        </message>
        <message>
            <source>Previous contact</source>
            <translation>Contacto anterior</translation>
        </message>
        <message>
            <source>Ready or not ready</source>
            <translation>Disponible o no disponible</translation>
        </message>
        <message>
            <source>Record the call; pause and go on</source>
            <translation>Grabar la llamada; pausar y seguir</translation>
        </message>
        <message>
            <source>Search or do anything</source>
            <translation>Buscar o hacer cualquier cosa</translation>
        </message>
        <message>
            <source>Split messages off</source>
            <translation>Separar mensajes</translation>
        </message>
        <message>
            <source>Stop the recording</source>
            <translation>Detener la grabación</translation>
        </message>
        <message>
            <source>Take what waits; Enter in the list</source>
            <translation>Tomar lo que espera; Intro en la lista</translation>
        </message>
        <message>
            <source>The first page; Alt+2 the second, and so on</source>
            <translation>La primera página; Alt+2 la segunda, etc.</translation>
        </message>
        <message>
            <source>Transfer</source>
            <translation>Transferir</translation>
        </message>
    </context>
    <context>
        <name>SignInPage</name>
        <message>
            <source>Password</source>
            <translation>Contraseña</translation>
        </message>
        <message>
            <source>Server</source>
            <translation>Servidor</translation>
        </message>
        <message>
            <source>Sign in</source>
            <translation>Entrar</translation>
        </message>
        <message>
            <source>Signing in…</source>
            <translation>Entrando…</translation>
        </message>
        <message>
            <source>The phone rings and the file is open</source>
            <translation>Suena el teléfono y la ficha está abierta</translation>
        </message>
        <message>
            <source>The server does not answer. Check its address and the network.</source>
            <translation>El servidor no responde. Comprueba la dirección y la red.</translation>
        </message>
        <message>
            <source>The server's certificate is not trusted. Ask your administrator for the certificate file and start with --ca.</source>
            <translation>El certificado del servidor no es de confianza. Pide a tu administrador el archivo del certificado y arranca con --ca.</translation>
        </message>
        <message>
            <source>This is not the address of a server.</source>
            <translation>Esta no es la dirección de un servidor.</translation>
        </message>
        <message numerus="yes">
            <source>Too many attempts. Try again in %n second(s).</source>
            <translation>
                <numerusform>Demasiados intentos. Vuelve a probar en %n segundo.</numerusform>
                <numerusform>Demasiados intentos. Vuelve a probar en %n segundos.</numerusform>
            </translation>
        </message>
        <message>
            <source>User</source>
            <translation>Usuario</translation>
        </message>
        <message>
            <source>What answers there is not a Ficha server.</source>
            <translation>Lo que responde ahí no es un servidor de Ficha.</translation>
        </message>
        <message>
            <source>bridge.example.org</source>
            <translation>puente.ejemplo.es</translation>
        </message>
    </context>
    <context>
        <name>SplitPanel</name>
        <message>
            <source>Cancel</source>
            <translation>Cancelar</translation>
        </message>
        <message>
            <source>Goes to</source>
            <translation>Lo lleva</translation>
        </message>
        <message>
            <source>Me, as my own contact</source>
            <translation>Yo</translation>
        </message>
        <message>
            <source>Messages that become a contact of their own</source>
            <translation>Mensajes que pasan a un contacto nuevo</translation>
        </message>
        <message>
            <source>Split</source>
            <translation>Separar</translation>
        </message>
        <message>
            <source>Subject</source>
            <translation>Asunto</translation>
        </message>
    </context>
    <context>
        <name>StateButton</name>
        <message>
            <source>Own state ({keys})</source>
            <translation>Mi estado ({keys})</translation>
        </message>
        <message>
            <source>Sign out</source>
            <translation>Salir</translation>
        </message>
        <message>
            <source>at most {time}</source>
            <translation>{time} como máximo</translation>
        </message>
        <message>
            <source>{time} too long</source>
            <translation>{time} de más</translation>
        </message>
    </context>
    <context>
        <name>SupervisionPage</name>
        <message numerus="yes">
            <source>%n call(s)</source>
            <translation>
                <numerusform>%n llamada</numerusform>
                <numerusform>%n llamadas</numerusform>
            </translation>
        </message>
        <message>
            <source>Agent</source>
            <translation>Agente</translation>
        </message>
        <message>
            <source>Calls stand here from their answer to their end.</source>
            <translation>Las llamadas aparecen aquí desde que se contestan hasta que terminan.</translation>
        </message>
        <message>
            <source>Customer</source>
            <translation>Cliente</translation>
        </message>
        <message>
            <source>Everybody hears you</source>
            <translation>Te oyen todos</translation>
        </message>
        <message>
            <source>Hear both; Enter in the list</source>
            <translation>Oír a los dos; Intro en la lista</translation>
        </message>
        <message>
            <source>Leave the call</source>
            <translation>Salir de la llamada</translation>
        </message>
        <message>
            <source>Live calls</source>
            <translation>Llamadas en curso</translation>
        </message>
        <message>
            <source>Loading…</source>
            <translation>Cargando…</translation>
        </message>
        <message>
            <source>Nobody can listen to these calls: their line cannot do it.</source>
            <translation>Estas llamadas no se pueden escuchar: su línea no lo permite.</translation>
        </message>
        <message>
            <source>Nobody is on a call</source>
            <translation>Nadie está en una llamada</translation>
        </message>
        <message>
            <source>Not on file</source>
            <translation>Sin ficha</translation>
        </message>
        <message>
            <source>Number</source>
            <translation>Número</translation>
        </message>
        <message>
            <source>Number withheld</source>
            <translation>Número oculto</translation>
        </message>
        <message>
            <source>Only the agent hears you</source>
            <translation>Solo te oye el agente</translation>
        </message>
        <message>
            <source>Queue</source>
            <translation>Cola</translation>
        </message>
        <message>
            <source>State</source>
            <translation>Estado</translation>
        </message>
        <message>
            <source>Time</source>
            <translation>Tiempo</translation>
        </message>
        <message>
            <source>not recorded</source>
            <translation>sin grabación</translation>
        </message>
    </context>
    <context>
        <name>TagField</name>
        <message>
            <source>Add a tag</source>
            <translation>Añadir etiqueta</translation>
        </message>
        <message>
            <source>Remove the tag {tag}</source>
            <translation>Quitar la etiqueta {tag}</translation>
        </message>
    </context>
    <context>
        <name>Thread</name>
        <message>
            <source>A link that is not opened: {target}</source>
            <translation>Un enlace que no se abre: {target}</translation>
        </message>
        <message>
            <source>Messages</source>
            <translation>Mensajes</translation>
        </message>
        <message>
            <source>Older messages</source>
            <translation>Mensajes anteriores</translation>
        </message>
        <message>
            <source>Open it</source>
            <translation>Abrirlo</translation>
        </message>
        <message>
            <source>This link really leads to {target}</source>
            <translation>Este enlace lleva en realidad a {target}</translation>
        </message>
    </context>
    <context>
        <name>Timeline</name>
        <message>
            <source>Now</source>
            <translation>Ahora</translation>
        </message>
        <message>
            <source>Recorded</source>
            <translation>Grabada</translation>
        </message>
    </context>
    <context>
        <name>TimelineFilter</name>
        <message>
            <source>Agent</source>
            <translation>Agente</translation>
        </message>
        <message>
            <source>All agents</source>
            <translation>Todos los agentes</translation>
        </message>
        <message>
            <source>All channels</source>
            <translation>Todos los canales</translation>
        </message>
        <message>
            <source>All queues</source>
            <translation>Todas las colas</translation>
        </message>
        <message>
            <source>Channel</source>
            <translation>Canal</translation>
        </message>
        <message>
            <source>Clear filters</source>
            <translation>Quitar filtros</translation>
        </message>
        <message>
            <source>Filter by channel, queue or agent</source>
            <translation>Filtrar por canal, cola o agente</translation>
        </message>
        <message>
            <source>Queue</source>
            <translation>Cola</translation>
        </message>
        <message>
            <source>Search these contacts</source>
            <translation>Buscar en estos contactos</translation>
        </message>
    </context>
    <context>
        <name>TopBar</name>
        <message>
            <source>Busy</source>
            <translation>Ocupado</translation>
        </message>
        <message>
            <source>Calls ring at your telephone, not at this computer.</source>
            <translation>Las llamadas suenan en su teléfono, no en este equipo.</translation>
        </message>
        <message>
            <source>Oldest</source>
            <translation>Más antigua</translation>
        </message>
        <message>
            <source>Service level</source>
            <translation>Nivel de servicio</translation>
        </message>
        <message>
            <source>Telephone {number}</source>
            <translation>Teléfono {number}</translation>
        </message>
        <message>
            <source>Waiting</source>
            <translation>En espera</translation>
        </message>
        <message>
            <source>{queue} waiting</source>
            <translation>{queue}, en espera</translation>
        </message>
    </context>
    <context>
        <name>Transcript</name>
        <message>
            <source>Back to the field</source>
            <translation>Volver al campo</translation>
        </message>
        <message>
            <source>Conversation</source>
            <translation>Conversación</translation>
        </message>
        <message>
            <source>Earlier messages</source>
            <translation>Mensajes anteriores</translation>
        </message>
        <message>
            <source>Note for the team</source>
            <translation>Nota para el equipo</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>Reintentar</translation>
        </message>
    </context>
    <context>
        <name>TransferPanel</name>
        <message>
            <source>Agent or queue</source>
            <translation>Agente o cola</translation>
        </message>
        <message>
            <source>Agent, queue or number</source>
            <translation>Agente, cola o número</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>Cancelar</translation>
        </message>
        <message>
            <source>Consult first</source>
            <translation>Consultar antes</translation>
        </message>
        <message>
            <source>Nobody of that name.</source>
            <translation>Nadie con ese nombre.</translation>
        </message>
        <message>
            <source>Nobody of that name. A number can be typed too.</source>
            <translation>Nadie con ese nombre. También se puede escribir un número.</translation>
        </message>
        <message>
            <source>Note for the next agent</source>
            <translation>Nota para el siguiente agente</translation>
        </message>
        <message>
            <source>Note for the next agent (the customer never sees it)</source>
            <translation>Nota para el siguiente agente (el cliente no la ve)</translation>
        </message>
        <message>
            <source>Number to call</source>
            <translation>Número al que llamar</translation>
        </message>
        <message>
            <source>Transfer</source>
            <translation>Transferir</translation>
        </message>
        <message>
            <source>Transfer to</source>
            <translation>Transferir a</translation>
        </message>
        <message>
            <source>Type a number that can be called.</source>
            <translation>Escribe un número al que se pueda llamar.</translation>
        </message>
        <message>
            <source>Where the contact can go</source>
            <translation>A dónde puede ir el contacto</translation>
        </message>
        <message>
            <source>queue</source>
            <translation>cola</translation>
        </message>
    </context>
    <context>
        <name>UndoView</name>
        <message numerus="yes">
            <source>%n more go(es) where the number belongs.</source>
            <translation>
                <numerusform>%n más va adonde corresponde su número.</numerusform>
                <numerusform>%n más van adonde corresponde su número.</numerusform>
            </translation>
        </message>
        <message>
            <source>Came since</source>
            <translation>Ha llegado desde entonces</translation>
        </message>
        <message>
            <source>Goes back</source>
            <translation>Vuelve</translation>
        </message>
        <message>
            <source>Leave it merged</source>
            <translation>Dejarla fusionada</translation>
        </message>
        <message>
            <source>Loading…</source>
            <translation>Cargando…</translation>
        </message>
        <message>
            <source>Nothing came to the file since.</source>
            <translation>Desde entonces no ha llegado nada a la ficha.</translation>
        </message>
        <message>
            <source>Somebody has undone it already.</source>
            <translation>Alguien ya la ha deshecho.</translation>
        </message>
        <message>
            <source>The file was changed meanwhile. Look once more at what goes where.</source>
            <translation>La ficha ha cambiado entretanto. Mira otra vez qué va a cada lado.</translation>
        </message>
        <message>
            <source>The file was merged into another one: undo that merge first.</source>
            <translation>La ficha se fusionó en otra: deshaga antes esa fusión.</translation>
        </message>
        <message>
            <source>They are two customers: do not propose them again</source>
            <translation>Son dos clientes: no volver a proponerlos</translation>
        </message>
        <message>
            <source>This merge cannot be undone now</source>
            <translation>Esta fusión no se puede deshacer ahora</translation>
        </message>
        <message>
            <source>Undo the merge</source>
            <translation>Deshacer la fusión</translation>
        </message>
        <message>
            <source>only the file itself</source>
            <translation>solo la ficha misma</translation>
        </message>
        <message>
            <source>{first} and {second} become two again</source>
            <translation>{first} y {second} vuelven a ser dos</translation>
        </message>
    </context>
    <context>
        <name>UnsavedNotes</name>
        <message>
            <source>Copy</source>
            <translation>Copiar</translation>
        </message>
        <message>
            <source>Discard</source>
            <translation>Descartar</translation>
        </message>
        <message>
            <source>Put in the file of {name}</source>
            <translation>Pasar a la ficha de {name}</translation>
        </message>
        <message>
            <source>The contact ended before these notes were saved: {notes}</source>
            <translation>El contacto terminó antes de guardarse estas notas: {notes}</translation>
        </message>
    </context>
    <context>
        <name>UploadTile</name>
        <message>
            <source>Remove</source>
            <translation>Quitar</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>Reintentar</translation>
        </message>
    </context>
    <context>
        <name>Verbs</name>
        <message>
            <source>Answer</source>
            <translation>Contestar</translation>
        </message>
        <message>
            <source>Barge in</source>
            <translation>Intervenir</translation>
        </message>
        <message>
            <source>Call</source>
            <translation>Llamar</translation>
        </message>
        <message>
            <source>Cancel transfer</source>
            <translation>Cancelar transferencia</translation>
        </message>
        <message>
            <source>Complete transfer</source>
            <translation>Completar transferencia</translation>
        </message>
        <message>
            <source>Conference</source>
            <translation>Conferencia</translation>
        </message>
        <message>
            <source>Consult…</source>
            <translation>Consultar…</translation>
        </message>
        <message>
            <source>End the chat</source>
            <translation>Terminar el chat</translation>
        </message>
        <message>
            <source>Go on</source>
            <translation>Seguir</translation>
        </message>
        <message>
            <source>Hang up</source>
            <translation>Colgar</translation>
        </message>
        <message>
            <source>Hold</source>
            <translation>Retener</translation>
        </message>
        <message>
            <source>Keypad</source>
            <translation>Teclado</translation>
        </message>
        <message>
            <source>Let go</source>
            <translation>Quitar</translation>
        </message>
        <message>
            <source>Listen</source>
            <translation>Escuchar</translation>
        </message>
        <message>
            <source>Mute</source>
            <translation>Silenciar</translation>
        </message>
        <message>
            <source>Park…</source>
            <translation>Aparcar…</translation>
        </message>
        <message>
            <source>Pause recording</source>
            <translation>Pausar la grabación</translation>
        </message>
        <message>
            <source>Play</source>
            <translation>Reproducir</translation>
        </message>
        <message>
            <source>Put aside</source>
            <translation>Apartar</translation>
        </message>
        <message>
            <source>Record</source>
            <translation>Grabar</translation>
        </message>
        <message>
            <source>Reply</source>
            <translation>Responder</translation>
        </message>
        <message>
            <source>Resume recording</source>
            <translation>Seguir grabando</translation>
        </message>
        <message>
            <source>Retrieve</source>
            <translation>Recuperar</translation>
        </message>
        <message>
            <source>Split…</source>
            <translation>Separar…</translation>
        </message>
        <message>
            <source>Stop recording</source>
            <translation>Terminar la grabación</translation>
        </message>
        <message>
            <source>Swap</source>
            <translation>Alternar</translation>
        </message>
        <message>
            <source>Take</source>
            <translation>Tomar</translation>
        </message>
        <message>
            <source>Take a message</source>
            <translation>Tomar un mensaje</translation>
        </message>
        <message>
            <source>To wrap-up</source>
            <translation>Al cierre</translation>
        </message>
        <message>
            <source>Transfer…</source>
            <translation>Transferir…</translation>
        </message>
        <message>
            <source>Whisper</source>
            <translation>Susurrar</translation>
        </message>
    </context>
    <context>
        <name>VoicemailBody</name>
        <message>
            <source>Loading…</source>
            <translation>Cargando…</translation>
        </message>
        <message>
            <source>Voicemail</source>
            <translation>Mensaje de voz</translation>
        </message>
        <message>
            <source>left {when}, {length}</source>
            <translation>dejado {when}, {length}</translation>
        </message>
    </context>
    <context>
        <name>VolumeAlerts</name>
        <message>
            <source>I have read it</source>
            <translation>Leído</translation>
        </message>
    </context>
    <context>
        <name>WhyButton</name>
        <message>
            <source>Hide why</source>
            <translation>Ocultar el porqué</translation>
        </message>
        <message>
            <source>Why this agent?</source>
            <translation>¿Por qué este agente?</translation>
        </message>
    </context>
    <context>
        <name>Words</name>
        <message numerus="yes">
            <source>%n customer(s)</source>
            <translation>
                <numerusform>%n cliente</numerusform>
                <numerusform>%n clientes</numerusform>
            </translation>
        </message>
        <message>
            <source>A call-back was asked for</source>
            <translation>Solicitó que le llamaran</translation>
        </message>
        <message>
            <source>A call-back was offered</source>
            <translation>Se ofreció devolver la llamada</translation>
        </message>
        <message>
            <source>A supervisor has barged in</source>
            <translation>Un supervisor ha entrado en la llamada</translation>
        </message>
        <message>
            <source>A supervisor listens</source>
            <translation>Un supervisor escucha</translation>
        </message>
        <message>
            <source>A supervisor whispers</source>
            <translation>Un supervisor susurra</translation>
        </message>
        <message>
            <source>A voicemail was left</source>
            <translation>Dejó un mensaje de voz</translation>
        </message>
        <message>
            <source>About to be sent</source>
            <translation>A punto de enviarse</translation>
        </message>
        <message>
            <source>Accepted</source>
            <translation>Aceptada</translation>
        </message>
        <message>
            <source>Administrator</source>
            <translation>Administrador</translation>
        </message>
        <message>
            <source>Agent</source>
            <translation>Agente</translation>
        </message>
        <message>
            <source>An announcement was played</source>
            <translation>Se le dio un aviso</translation>
        </message>
        <message>
            <source>Answered</source>
            <translation>Contestada</translation>
        </message>
        <message>
            <source>Answered by a prepared text</source>
            <translation>Respondido con un texto predefinido</translation>
        </message>
        <message>
            <source>Arabic</source>
            <translation>Árabe</translation>
        </message>
        <message>
            <source>Asked by a menu</source>
            <translation>Preguntado por un menú</translation>
        </message>
        <message>
            <source>Back from being parked</source>
            <translation>Vuelve tras estar aparcado</translation>
        </message>
        <message>
            <source>Back in the queue</source>
            <translation>De vuelta a la cola</translation>
        </message>
        <message>
            <source>Basque</source>
            <translation>Euskera</translation>
        </message>
        <message>
            <source>Being transferred</source>
            <translation>Transfiriéndose</translation>
        </message>
        <message>
            <source>Busy with another contact.</source>
            <translation>Ocupado con otro contacto.</translation>
        </message>
        <message>
            <source>Call</source>
            <translation>Llamada</translation>
        </message>
        <message>
            <source>Call placed</source>
            <translation>Llamada saliente</translation>
        </message>
        <message>
            <source>Call rejected</source>
            <translation>Llamada rechazada</translation>
        </message>
        <message>
            <source>Call-back</source>
            <translation>Devolución de llamada</translation>
        </message>
        <message>
            <source>Call-back asked for</source>
            <translation>Solicita que le llamen</translation>
        </message>
        <message>
            <source>Caller gave up</source>
            <translation>Abandonada</translation>
        </message>
        <message>
            <source>Came in</source>
            <translation>Entra</translation>
        </message>
        <message>
            <source>Catalan</source>
            <translation>Catalán</translation>
        </message>
        <message>
            <source>Chat</source>
            <translation>Chat</translation>
        </message>
        <message>
            <source>Chinese</source>
            <translation>Chino</translation>
        </message>
        <message>
            <source>Chose nothing in a menu</source>
            <translation>No eligió nada en un menú</translation>
        </message>
        <message>
            <source>Chosen in a menu</source>
            <translation>Elegido en un menú</translation>
        </message>
        <message>
            <source>Conference</source>
            <translation>Conferencia</translation>
        </message>
        <message>
            <source>Connection lost</source>
            <translation>Conexión perdida</translation>
        </message>
        <message>
            <source>Consultation</source>
            <translation>Consulta</translation>
        </message>
        <message>
            <source>Consultation answered</source>
            <translation>Consulta contestada</translation>
        </message>
        <message>
            <source>Consultation ended</source>
            <translation>Consulta terminada</translation>
        </message>
        <message>
            <source>Customer</source>
            <translation>Cliente</translation>
        </message>
        <message>
            <source>Customer confirmed</source>
            <translation>Cliente confirmado</translation>
        </message>
        <message>
            <source>Customer identified</source>
            <translation>Cliente identificado</translation>
        </message>
        <message>
            <source>Customer taken away</source>
            <translation>Cliente desasignado</translation>
        </message>
        <message>
            <source>Declined</source>
            <translation>Rechazada</translation>
        </message>
        <message>
            <source>Declined a call</source>
            <translation>Rechazó una llamada</translation>
        </message>
        <message>
            <source>Delivered</source>
            <translation>Entregado</translation>
        </message>
        <message>
            <source>Did not answer</source>
            <translation>No contestó</translation>
        </message>
        <message>
            <source>E-mail</source>
            <translation>Correo</translation>
        </message>
        <message>
            <source>E-mail address</source>
            <translation>Correo</translation>
        </message>
        <message>
            <source>E-mail address confirmed by an agent</source>
            <translation>Dirección de correo confirmada por un agente</translation>
        </message>
        <message>
            <source>E-mail address on file</source>
            <translation>Correo de la ficha</translation>
        </message>
        <message>
            <source>E-mail received</source>
            <translation>Correo recibido</translation>
        </message>
        <message>
            <source>E-mail sent</source>
            <translation>Correo enviado</translation>
        </message>
        <message>
            <source>Ended: nothing was said for long</source>
            <translation>Terminada: no se dijo nada en mucho tiempo</translation>
        </message>
        <message>
            <source>Ended: the customer had left the page</source>
            <translation>Terminada: el cliente había dejado la página</translation>
        </message>
        <message>
            <source>English</source>
            <translation>Inglés</translation>
        </message>
        <message>
            <source>Event</source>
            <translation>Suceso</translation>
        </message>
        <message>
            <source>Failed</source>
            <translation>Fallida</translation>
        </message>
        <message>
            <source>Fax</source>
            <translation>Fax</translation>
        </message>
        <message>
            <source>File on screen</source>
            <translation>Ficha en pantalla</translation>
        </message>
        <message>
            <source>Finished</source>
            <translation>Terminado</translation>
        </message>
        <message>
            <source>Finished by the agent</source>
            <translation>Terminado por el agente</translation>
        </message>
        <message>
            <source>French</source>
            <translation>Francés</translation>
        </message>
        <message>
            <source>Galician</source>
            <translation>Gallego</translation>
        </message>
        <message>
            <source>German</source>
            <translation>Alemán</translation>
        </message>
        <message>
            <source>Given up</source>
            <translation>Abandonado</translation>
        </message>
        <message>
            <source>Goes on as an e-mail</source>
            <translation>Sigue como correo electrónico</translation>
        </message>
        <message>
            <source>Home</source>
            <translation>Casa</translation>
        </message>
        <message>
            <source>Hung up</source>
            <translation>Colgada</translation>
        </message>
        <message>
            <source>Ignored, because it is not known here</source>
            <translation>Ignorado, porque aquí no se conoce</translation>
        </message>
        <message>
            <source>In conversation</source>
            <translation>En conversación</translation>
        </message>
        <message>
            <source>In hand</source>
            <translation>En curso</translation>
        </message>
        <message>
            <source>Incoming</source>
            <translation>Entrante</translation>
        </message>
        <message>
            <source>Incoming call</source>
            <translation>Llamada entrante</translation>
        </message>
        <message>
            <source>Internal extension</source>
            <translation>Extensión interna</translation>
        </message>
        <message>
            <source>It could not be done. Try again; if it happens again, tell your administrator.</source>
            <translation>No se pudo hacer. Inténtalo de nuevo; si se repite, avisa a tu administrador.</translation>
        </message>
        <message>
            <source>It is too large.</source>
            <translation>Es demasiado grande.</translation>
        </message>
        <message>
            <source>It no longer exists.</source>
            <translation>Ya no existe.</translation>
        </message>
        <message>
            <source>Italian</source>
            <translation>Italiano</translation>
        </message>
        <message>
            <source>Just signed in</source>
            <translation>Recién conectado</translation>
        </message>
        <message>
            <source>Keys pressed</source>
            <translation>Teclas pulsadas</translation>
        </message>
        <message>
            <source>Left the conference</source>
            <translation>Salió de la conferencia</translation>
        </message>
        <message>
            <source>Line busy</source>
            <translation>Comunica</translation>
        </message>
        <message>
            <source>Looking up the caller…</source>
            <translation>Buscando a quien llama…</translation>
        </message>
        <message>
            <source>Main</source>
            <translation>Principal</translation>
        </message>
        <message>
            <source>Main number of the company on file</source>
            <translation>Número principal de la empresa en la ficha</translation>
        </message>
        <message>
            <source>Message</source>
            <translation>Mensaje</translation>
        </message>
        <message>
            <source>Missed</source>
            <translation>Perdida</translation>
        </message>
        <message>
            <source>Missed call</source>
            <translation>Llamada perdida</translation>
        </message>
        <message>
            <source>Mobile</source>
            <translation>Móvil</translation>
        </message>
        <message>
            <source>Moved to another queue</source>
            <translation>Pasó a otra cola</translation>
        </message>
        <message>
            <source>Muted</source>
            <translation>Silenciada</translation>
        </message>
        <message>
            <source>New</source>
            <translation>Nuevo</translation>
        </message>
        <message>
            <source>No answer</source>
            <translation>No contestan</translation>
        </message>
        <message>
            <source>Not answered in time</source>
            <translation>Sin contestar a tiempo</translation>
        </message>
        <message>
            <source>Not done: the customer has not consented to being contacted this way.</source>
            <translation>No se ha hecho: el cliente no ha consentido que se le contacte así.</translation>
        </message>
        <message>
            <source>Not done: this customer has died.</source>
            <translation>No se ha hecho: este cliente ha fallecido.</translation>
        </message>
        <message>
            <source>Not done: this customer's account is closed.</source>
            <translation>No se ha hecho: la cuenta de este cliente está cerrada.</translation>
        </message>
        <message>
            <source>Not done: this number, address or customer is on the list of no contact.</source>
            <translation>No se ha hecho: este número, dirección o cliente está en la lista de no contactar.</translation>
        </message>
        <message>
            <source>Not on file</source>
            <translation>Sin ficha</translation>
        </message>
        <message>
            <source>Not on file.</source>
            <translation>Sin ficha.</translation>
        </message>
        <message>
            <source>Not ready</source>
            <translation>No disponible</translation>
        </message>
        <message>
            <source>Not recorded, as the customer asked</source>
            <translation>No se grabó, como pidió el cliente</translation>
        </message>
        <message>
            <source>Not sent</source>
            <translation>No enviado</translation>
        </message>
        <message>
            <source>Note</source>
            <translation>Nota</translation>
        </message>
        <message>
            <source>Number confirmed by an agent</source>
            <translation>Número confirmado por un agente</translation>
        </message>
        <message>
            <source>Number not reachable</source>
            <translation>Número no disponible</translation>
        </message>
        <message>
            <source>Number on file</source>
            <translation>Número de la ficha</translation>
        </message>
        <message>
            <source>Number withheld</source>
            <translation>Número oculto</translation>
        </message>
        <message>
            <source>Number withheld.</source>
            <translation>Número oculto.</translation>
        </message>
        <message>
            <source>Offer withdrawn</source>
            <translation>Oferta retirada</translation>
        </message>
        <message>
            <source>Offered</source>
            <translation>Ofrecida</translation>
        </message>
        <message>
            <source>Office</source>
            <translation>Oficina</translation>
        </message>
        <message>
            <source>On call</source>
            <translation>En llamada</translation>
        </message>
        <message>
            <source>On hold</source>
            <translation>Retenida</translation>
        </message>
        <message>
            <source>On the list of no contact</source>
            <translation>En la lista de no contactar</translation>
        </message>
        <message>
            <source>One match.</source>
            <translation>Una coincidencia.</translation>
        </message>
        <message>
            <source>Opened again</source>
            <translation>Reabierto</translation>
        </message>
        <message>
            <source>Outgoing</source>
            <translation>Saliente</translation>
        </message>
        <message>
            <source>Outgoing call</source>
            <translation>Llamada saliente</translation>
        </message>
        <message>
            <source>Parked</source>
            <translation>Aparcado</translation>
        </message>
        <message>
            <source>Phone</source>
            <translation>Teléfono</translation>
        </message>
        <message>
            <source>Picked up at the telephone</source>
            <translation>Descolgada en el teléfono</translation>
        </message>
        <message>
            <source>Portuguese</source>
            <translation>Portugués</translation>
        </message>
        <message>
            <source>Put aside</source>
            <translation>Apartado</translation>
        </message>
        <message>
            <source>Put on hold by the caller</source>
            <translation>Retenida por quien llama</translation>
        </message>
        <message>
            <source>Queued</source>
            <translation>En cola</translation>
        </message>
        <message>
            <source>Read</source>
            <translation>Leído</translation>
        </message>
        <message>
            <source>Ready</source>
            <translation>Disponible</translation>
        </message>
        <message>
            <source>Received</source>
            <translation>Recibido</translation>
        </message>
        <message>
            <source>Recording</source>
            <translation>Grabación</translation>
        </message>
        <message>
            <source>Recording began</source>
            <translation>Empieza la grabación</translation>
        </message>
        <message>
            <source>Recording goes on</source>
            <translation>Sigue la grabación</translation>
        </message>
        <message>
            <source>Recording heard by</source>
            <translation>Grabación escuchada por</translation>
        </message>
        <message>
            <source>Recording kept</source>
            <translation>Grabación guardada</translation>
        </message>
        <message>
            <source>Recording paused</source>
            <translation>Grabación en pausa</translation>
        </message>
        <message>
            <source>Reference</source>
            <translation>Referencia</translation>
        </message>
        <message>
            <source>Reference on file</source>
            <translation>Referencia de la ficha</translation>
        </message>
        <message>
            <source>Refused at the agent's telephone</source>
            <translation>Rechazada en el teléfono del agente</translation>
        </message>
        <message>
            <source>Refused at the telephone</source>
            <translation>Rechazada en el teléfono</translation>
        </message>
        <message>
            <source>Retrieved</source>
            <translation>Recuperada</translation>
        </message>
        <message>
            <source>Retrieved by the caller</source>
            <translation>Recuperada por quien llama</translation>
        </message>
        <message>
            <source>Ringing</source>
            <translation>Sonando</translation>
        </message>
        <message>
            <source>Rings there</source>
            <translation>Suena allí</translation>
        </message>
        <message>
            <source>Romanian</source>
            <translation>Rumano</translation>
        </message>
        <message>
            <source>Said by the telephone system</source>
            <translation>Dicho por la centralita</translation>
        </message>
        <message>
            <source>Same browser as an earlier visit</source>
            <translation>El mismo navegador que en otra visita</translation>
        </message>
        <message>
            <source>Same conversation as before</source>
            <translation>La misma conversación de antes</translation>
        </message>
        <message>
            <source>Sending…</source>
            <translation>Enviando…</translation>
        </message>
        <message>
            <source>Sent</source>
            <translation>Enviado</translation>
        </message>
        <message>
            <source>Sent to voicemail</source>
            <translation>Al buzón de voz</translation>
        </message>
        <message>
            <source>Several customers match</source>
            <translation>Coinciden varios clientes</translation>
        </message>
        <message>
            <source>Several matches.</source>
            <translation>Varias coincidencias.</translation>
        </message>
        <message>
            <source>Signed in on the web site</source>
            <translation>Identificado por la web</translation>
        </message>
        <message>
            <source>Signed out</source>
            <translation>Desconectado</translation>
        </message>
        <message>
            <source>Somebody else has this contact now.</source>
            <translation>Este contacto lo tiene ahora otra persona.</translation>
        </message>
        <message>
            <source>Somebody else saved first.</source>
            <translation>Otra persona guardó antes.</translation>
        </message>
        <message>
            <source>Something in the data is not valid.</source>
            <translation>Hay algún dato que no es válido.</translation>
        </message>
        <message>
            <source>Spanish</source>
            <translation>Español</translation>
        </message>
        <message>
            <source>Split</source>
            <translation>Separado</translation>
        </message>
        <message>
            <source>Split from another contact</source>
            <translation>Separado de otro contacto</translation>
        </message>
        <message>
            <source>Supervisor</source>
            <translation>Supervisor</translation>
        </message>
        <message>
            <source>System</source>
            <translation>Sistema</translation>
        </message>
        <message>
            <source>Taken back</source>
            <translation>Retirado</translation>
        </message>
        <message>
            <source>Taken from the queue</source>
            <translation>Tomado de la cola</translation>
        </message>
        <message>
            <source>Telephone busy</source>
            <translation>Teléfono ocupado</translation>
        </message>
        <message>
            <source>Telephone not reachable</source>
            <translation>Teléfono no disponible</translation>
        </message>
        <message>
            <source>The account is closed</source>
            <translation>La cuenta está cerrada</translation>
        </message>
        <message>
            <source>The agent ended the conversation</source>
            <translation>El agente terminó la conversación</translation>
        </message>
        <message>
            <source>The agent hung up</source>
            <translation>Colgó el agente</translation>
        </message>
        <message>
            <source>The agent's connection was lost</source>
            <translation>Se perdió la conexión del agente</translation>
        </message>
        <message>
            <source>The agent's telephone was busy</source>
            <translation>El teléfono del agente estaba ocupado</translation>
        </message>
        <message>
            <source>The agent's telephone was not reachable</source>
            <translation>El teléfono del agente no estaba disponible</translation>
        </message>
        <message>
            <source>The answer failed</source>
            <translation>Falló al contestar</translation>
        </message>
        <message>
            <source>The call ended</source>
            <translation>Terminó la llamada</translation>
        </message>
        <message>
            <source>The call failed</source>
            <translation>Falló la llamada</translation>
        </message>
        <message>
            <source>The caller gave up waiting</source>
            <translation>Quien llamaba se cansó de esperar</translation>
        </message>
        <message>
            <source>The caller hung up</source>
            <translation>Colgó quien llamaba</translation>
        </message>
        <message>
            <source>The caller left the conference</source>
            <translation>Quien llamó salió de la conferencia</translation>
        </message>
        <message>
            <source>The connection was too slow and was closed.</source>
            <translation>La conexión iba demasiado lenta y se cerró.</translation>
        </message>
        <message>
            <source>The conversation has ended</source>
            <translation>La conversación ha terminado</translation>
        </message>
        <message>
            <source>The customer ended the conversation</source>
            <translation>El cliente terminó la conversación</translation>
        </message>
        <message>
            <source>The customer gave {who} of 5 stars</source>
            <translation>El cliente dio {who} de 5 estrellas</translation>
        </message>
        <message>
            <source>The customer had the transcript sent</source>
            <translation>El cliente pidió la transcripción</translation>
        </message>
        <message>
            <source>The customer has died</source>
            <translation>El cliente ha fallecido</translation>
        </message>
        <message>
            <source>The customer said nothing for long</source>
            <translation>El cliente no dijo nada en mucho tiempo</translation>
        </message>
        <message>
            <source>The database is away for now. Calls go on; try again in a moment.</source>
            <translation>La base de datos no responde ahora. Las llamadas siguen; inténtalo de nuevo dentro de un momento.</translation>
        </message>
        <message>
            <source>The line went down</source>
            <translation>Se cayó la línea</translation>
        </message>
        <message>
            <source>The number could not be dialled</source>
            <translation>No se pudo marcar el número</translation>
        </message>
        <message>
            <source>The recording broke off</source>
            <translation>La grabación se interrumpió</translation>
        </message>
        <message>
            <source>The recording failed</source>
            <translation>Falló la grabación</translation>
        </message>
        <message>
            <source>The server is overloaded. Try again in a moment.</source>
            <translation>El servidor está saturado. Inténtalo dentro de un momento.</translation>
        </message>
        <message>
            <source>The server is stopping.</source>
            <translation>El servidor se está parando.</translation>
        </message>
        <message>
            <source>The server was restarted</source>
            <translation>Se reinició el servidor</translation>
        </message>
        <message>
            <source>The session is over. Sign in again.</source>
            <translation>La sesión ha terminado. Vuelve a entrar.</translation>
        </message>
        <message>
            <source>The supervisor has left</source>
            <translation>El supervisor ha salido</translation>
        </message>
        <message>
            <source>The telephone line is down.</source>
            <translation>La línea telefónica está caída.</translation>
        </message>
        <message>
            <source>The telephone system cannot do this.</source>
            <translation>La centralita no puede hacerlo.</translation>
        </message>
        <message>
            <source>The telephone system did not do it. Try again.</source>
            <translation>La centralita no lo hizo. Inténtalo de nuevo.</translation>
        </message>
        <message>
            <source>The time of the reason is over</source>
            <translation>Se acabó el tiempo del motivo</translation>
        </message>
        <message>
            <source>The transferred call ended</source>
            <translation>Terminó la llamada transferida</translation>
        </message>
        <message>
            <source>The user or the password is not right.</source>
            <translation>El usuario o la contraseña no son correctos.</translation>
        </message>
        <message>
            <source>The voice was lost</source>
            <translation>Se perdió el audio</translation>
        </message>
        <message>
            <source>The wrap-up time ran out</source>
            <translation>Se agotó el tiempo de cierre</translation>
        </message>
        <message>
            <source>This call is not recorded: the customer asked for that.</source>
            <translation>Esta llamada no se graba: lo pidió el cliente.</translation>
        </message>
        <message>
            <source>This cannot be done right now.</source>
            <translation>Ahora mismo no se puede.</translation>
        </message>
        <message>
            <source>This desktop and the server are of different versions. Update the desktop.</source>
            <translation>El escritorio y el servidor son de versiones distintas. Actualiza el escritorio.</translation>
        </message>
        <message>
            <source>Too late: it is over, or somebody else was quicker.</source>
            <translation>Demasiado tarde: ya ha terminado, o alguien se adelantó.</translation>
        </message>
        <message>
            <source>Too many attempts. Wait a moment.</source>
            <translation>Demasiados intentos. Espera un momento.</translation>
        </message>
        <message>
            <source>Transferred</source>
            <translation>Transferida</translation>
        </message>
        <message>
            <source>Transferred to {who}</source>
            <translation>Transferido a {who}</translation>
        </message>
        <message>
            <source>Turned away</source>
            <translation>No admitido</translation>
        </message>
        <message>
            <source>Turned away by the queue's rules</source>
            <translation>No admitido por las reglas de la cola</translation>
        </message>
        <message>
            <source>Typed by the caller</source>
            <translation>Tecleado por quien llama</translation>
        </message>
        <message>
            <source>Unmuted</source>
            <translation>Con voz de nuevo</translation>
        </message>
        <message>
            <source>Voicemail</source>
            <translation>Mensaje de voz</translation>
        </message>
        <message>
            <source>Voicemail left</source>
            <translation>Mensaje de voz recibido</translation>
        </message>
        <message>
            <source>Waiting</source>
            <translation>En espera</translation>
        </message>
        <message>
            <source>Waits with music</source>
            <translation>En espera con música</translation>
        </message>
        <message>
            <source>Web browser</source>
            <translation>Navegador web</translation>
        </message>
        <message>
            <source>Went on by telephone</source>
            <translation>Siguió por teléfono</translation>
        </message>
        <message>
            <source>Without consent</source>
            <translation>Sin consentimiento</translation>
        </message>
        <message>
            <source>Work</source>
            <translation>Trabajo</translation>
        </message>
        <message>
            <source>Wrap-up</source>
            <translation>Cierre</translation>
        </message>
        <message>
            <source>Wrap-up extended</source>
            <translation>Cierre ampliado</translation>
        </message>
        <message>
            <source>Written by an agent</source>
            <translation>Escrito por un agente</translation>
        </message>
        <message>
            <source>You signed in on another computer.</source>
            <translation>Has entrado desde otro equipo.</translation>
        </message>
        <message>
            <source>You signed out.</source>
            <translation>Has salido.</translation>
        </message>
        <message>
            <source>Your role does not allow this.</source>
            <translation>Tu perfil no lo permite.</translation>
        </message>
        <message>
            <source>Your time for this reason is used up for today.</source>
            <translation>Hoy ya has gastado el tiempo de este motivo.</translation>
        </message>
        <message>
            <source>Your user was disabled.</source>
            <translation>Tu usuario se ha desactivado.</translation>
        </message>
        <message>
            <source>a call</source>
            <translation>una llamada</translation>
        </message>
        <message>
            <source>a chat</source>
            <translation>un chat</translation>
        </message>
        <message>
            <source>an e-mail</source>
            <translation>un correo</translation>
        </message>
        <message>
            <source>asked for by transfer</source>
            <translation>pedido por transferencia</translation>
        </message>
        <message>
            <source>free for {idle}, longest of {able}</source>
            <translation>libre desde hace {idle}, quien más de {able}</translation>
        </message>
        <message>
            <source>had the customer last</source>
            <translation>atendió al cliente la última vez</translation>
        </message>
        <message>
            <source>its time has come</source>
            <translation>ha llegado su hora</translation>
        </message>
        <message>
            <source>knows best what is asked for</source>
            <translation>es quien más sabe de lo que se pide</translation>
        </message>
        <message>
            <source>looks after this customer</source>
            <translation>lleva a este cliente</translation>
        </message>
        <message>
            <source>nobody is signed in</source>
            <translation>no hay nadie conectado</translation>
        </message>
        <message>
            <source>nothing was said for a while</source>
            <translation>no se ha dicho nada en un rato</translation>
        </message>
        <message>
            <source>outside the hours</source>
            <translation>fuera del horario</translation>
        </message>
        <message>
            <source>sample data</source>
            <translation>datos de muestra</translation>
        </message>
        <message>
            <source>somebody</source>
            <translation>alguien</translation>
        </message>
        <message>
            <source>taken by hand</source>
            <translation>tomado a mano</translation>
        </message>
        <message>
            <source>the customer left</source>
            <translation>el cliente se fue</translation>
        </message>
        <message>
            <source>the customer wrote again</source>
            <translation>el cliente volvió a escribir</translation>
        </message>
        <message>
            <source>the only one free</source>
            <translation>sin nadie más libre</translation>
        </message>
        <message>
            <source>the queue is full</source>
            <translation>la cola está llena</translation>
        </message>
        <message>
            <source>too many before it</source>
            <translation>demasiados por delante</translation>
        </message>
        <message>
            <source>too many for those who are there</source>
            <translation>demasiados para quienes están</translation>
        </message>
        <message>
            <source>typed by an agent</source>
            <translation>escrito por un agente</translation>
        </message>
        <message>
            <source>waited too long</source>
            <translation>esperó demasiado</translation>
        </message>
        <message>
            <source>{who} has joined</source>
            <translation>Se ha unido {who}</translation>
        </message>
        <message>
            <source>{who} has left</source>
            <translation>Ha salido {who}</translation>
        </message>
    </context>
    <context>
        <name>WorkPage</name>
        <message>
            <source>Ask for the name, then find the customer with Ctrl+K.</source>
            <translation>Pregunta el nombre y busca al cliente con Ctrl+K.</translation>
        </message>
        <message>
            <source>No customer open</source>
            <translation>Ningún cliente abierto</translation>
        </message>
        <message>
            <source>Not on file yet</source>
            <translation>Todavía sin ficha</translation>
        </message>
        <message>
            <source>Number withheld</source>
            <translation>Número oculto</translation>
        </message>
        <message>
            <source>Press a name to look at the file.</source>
            <translation>Pulsa un nombre para ver su ficha.</translation>
        </message>
        <message>
            <source>Save who it is, or attach the contact to a customer.</source>
            <translation>Guarda quién es, o asigna el contacto a un cliente.</translation>
        </message>
        <message>
            <source>The customer's file opens here with each contact.</source>
            <translation>Con cada contacto se abre aquí la ficha del cliente.</translation>
        </message>
        <message>
            <source>Who is it?</source>
            <translation>¿Quién es?</translation>
        </message>
    </context>
    <context>
        <name>WorkTabs</name>
        <message>
            <source>Contacts in hand</source>
            <translation>Contactos en curso</translation>
        </message>
    </context>
    <context>
        <name>WrapUpCard</name>
        <message>
            <source>Choose a result to finish: keys 1 to 9, or Ctrl+1 to 9.</source>
            <translation>Elige un resultado para terminar: teclas 1 a 9, o Ctrl+1 a 9.</translation>
        </message>
        <message>
            <source>Finish</source>
            <translation>Terminar</translation>
        </message>
        <message>
            <source>Kept here until the connection is back</source>
            <translation>Guardado aquí hasta que vuelva la conexión</translation>
        </message>
        <message>
            <source>More time</source>
            <translation>Más tiempo</translation>
        </message>
        <message>
            <source>Notes</source>
            <translation>Notas</translation>
        </message>
        <message>
            <source>Notes of the contact</source>
            <translation>Notas del contacto</translation>
        </message>
        <message>
            <source>Result</source>
            <translation>Resultado</translation>
        </message>
        <message>
            <source>Saved</source>
            <translation>Guardado</translation>
        </message>
        <message>
            <source>Saving…</source>
            <translation>Guardando…</translation>
        </message>
        <message>
            <source>What is worth knowing next time…</source>
            <translation>Lo que convenga saber la próxima vez…</translation>
        </message>
        <message>
            <source>to wrap up</source>
            <translation>de cierre</translation>
        </message>
    </context>
    <context>
        <name>_Several</name>
        <message>
            <source>Confirm</source>
            <translation>Confirmar</translation>
        </message>
        <message>
            <source>None of them</source>
            <translation>Ninguno de ellos</translation>
        </message>
        <message>
            <source>Several customers fit what the visitor says.</source>
            <translation>Varios clientes encajan con lo que dice el visitante.</translation>
        </message>
        <message>
            <source>Several customers share this address.</source>
            <translation>Varios clientes comparten esta dirección.</translation>
        </message>
        <message>
            <source>Several customers share this number.</source>
            <translation>Varios clientes comparten este número.</translation>
        </message>
        <message>
            <source>What you confirm is remembered.</source>
            <translation>Lo que confirmes se recuerda.</translation>
        </message>
        <message>
            <source>Who is it?</source>
            <translation>¿Quién es?</translation>
        </message>
    </context>
    <context>
        <name>_Unknown</name>
        <message>
            <source>Confirm</source>
            <translation>Confirmar</translation>
        </message>
        <message>
            <source>Find a customer to attach</source>
            <translation>Buscar un cliente al que asignarla</translation>
        </message>
        <message>
            <source>Name</source>
            <translation>Nombre</translation>
        </message>
        <message>
            <source>Nobody found.</source>
            <translation>No aparece nadie.</translation>
        </message>
        <message>
            <source>Not on file</source>
            <translation>Sin ficha</translation>
        </message>
        <message>
            <source>Or find the customer this belongs to…</source>
            <translation>O busca el cliente al que pertenece…</translation>
        </message>
        <message>
            <source>Save as new customer</source>
            <translation>Guardar como cliente nuevo</translation>
        </message>
        <message>
            <source>“{name}”</source>
            <translation>«{name}»</translation>
        </message>
    </context>
</TS>
